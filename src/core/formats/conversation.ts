import type { RecordBytes } from "../records/record.ts";
import type { ByteRange } from "../text/source-map.ts";
import type {
  Body,
  Generation,
  Message,
  SpecialTokens,
  Tools,
  Trajectory,
  WirePiece,
} from "../trajectory/trajectory.ts";
import { trajectoryId } from "./fields.ts";
import type { FileContext } from "./format.ts";
import { hashText } from "./group.ts";
import { endsTurn, specialTokensOf } from "./special-tokens.ts";
import { stepFromName } from "./step.ts";

/** What a record says beside its conversation; what it does not say is left out. */
export interface ConversationFacts {
  /** The file's own name for the rollout. */
  readonly id?: string | null;
  /** Number in the record, where that holds many. */
  readonly part?: number;
  readonly step?: number | null;
  readonly group?: string | null;
  readonly sample?: number | null;
  readonly reward?: number | null;
  readonly tools?: Tools;
  /** Where the file's own texts would mislead. */
  readonly specialTokens?: SpecialTokens;
  /** Where in the record; all of it where it isn't said. */
  readonly source?: ByteRange;
}

export interface RecordPlace {
  readonly record: RecordBytes;
  readonly file: FileContext;
}

/** A trajectory of messages. Without a group, equal prompts make one. */
export function conversationOf(
  messages: readonly Message[],
  facts: ConversationFacts,
  place: RecordPlace,
): Trajectory {
  return trajectoryOf({ kind: "messages", messages }, facts, {
    ...place,
    group: hashText(promptOf(messages)),
    specialTokens: messages.some(endsItsTurn) ? "kept" : "stripped",
  });
}

/** A trajectory of messages with the ids of the calls that wrote them, where the file has some. */
export function recordedOf(
  messages: readonly Message[],
  generations: readonly Generation[],
  facts: ConversationFacts,
  place: RecordPlace,
): Trajectory {
  if (generations.length === 0) return conversationOf(messages, facts, place);
  return trajectoryOf({ kind: "ids", generations, messages }, facts, {
    ...place,
    group: hashText(promptOf(messages)),
    // Ids keep every token, whatever became of the text in the messages.
    specialTokens: "kept",
  });
}

/** A trajectory of raw text: what the policy was given, and what came of it. Without a group, equal prompts make one. */
export function dumpOf(
  pieces: readonly WirePiece[],
  facts: ConversationFacts,
  place: RecordPlace,
): Trajectory {
  const prompt = pieces.filter(({ author }) => author === "environment");
  return trajectoryOf({ kind: "wire", pieces }, facts, {
    ...place,
    group: hashText(prompt.map(({ text }) => text.text).join("")),
    specialTokens: specialTokensOf(...pieces.map(({ text }) => text.text)),
  });
}

/** A trajectory of any body. Without a step the file's and the folder's name may tell. */
export function trajectoryOf(
  body: Body,
  facts: ConversationFacts,
  rest: RecordPlace & { readonly group: string | null; readonly specialTokens: SpecialTokens },
): Trajectory {
  const { startByte, bytes, index, line } = rest.record;
  return {
    id: trajectoryId(facts.id ?? null, index, facts.part),
    step: facts.step ?? stepFromName(rest.file.name) ?? stepOfFolder(rest.file.folder ?? null),
    group: facts.group ?? rest.group,
    sample: facts.sample ?? null,
    reward: facts.reward ?? null,
    tools: facts.tools ?? { kind: "unknown" },
    specialTokens: facts.specialTokens ?? rest.specialTokens,
    body,
    source: facts.source ?? { startByte, endByte: startByte + bytes.length },
    line,
  };
}

/** What the policy was given before it first spoke. */
export function promptOf(messages: readonly Message[]): string {
  const end = messages.findIndex((message) => message.sampled);
  const prompt = end < 0 ? messages : messages.slice(0, end);
  return prompt.map(({ role, content }) => `${role}\n${content?.text ?? ""}`).join("\n");
}

/** An API's parser takes turn ends off; only where they stand in a sampled text were they kept. */
export function endsItsTurn({ sampled, content }: Message): boolean {
  return sampled && content !== null && endsTurn(content.text);
}

/** `step_12`, `global_step_40_evals`; a folder that is only a number names a run or a date. */
function stepOfFolder(folder: string | null): number | null {
  return folder === null || !/step/i.test(folder) ? null : stepFromName(folder);
}
