import type { RecordBytes } from "../records/record.ts";
import type { ByteRange } from "../text/source-map.ts";
import type { Message, Tools, Trajectory } from "../trajectory/trajectory.ts";
import { trajectoryId } from "./fields.ts";
import type { FileContext } from "./format.ts";
import { hashText } from "./group.ts";
import { endsTurn } from "./special-tokens.ts";
import { stepFromName } from "./step.ts";

/** What a record says beside its messages; what it does not say is left out. */
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
  /** Where in the record; all of it where it isn't said. */
  readonly source?: ByteRange;
}

/** A trajectory of messages. Without a step the file's and the folder's name may tell; without a group equal prompts do. */
export function conversationOf(
  messages: readonly Message[],
  facts: ConversationFacts,
  { record, file }: { readonly record: RecordBytes; readonly file: FileContext },
): Trajectory {
  const { startByte, bytes, index, line } = record;
  return {
    id: trajectoryId(facts.id ?? null, index, facts.part),
    step: facts.step ?? stepFromName(file.name) ?? stepOfFolder(file.folder ?? null),
    group: facts.group ?? hashText(promptOf(messages)),
    sample: facts.sample ?? null,
    reward: facts.reward ?? null,
    tools: facts.tools ?? { kind: "unknown" },
    specialTokens: messages.some(endsItsTurn) ? "kept" : "stripped",
    body: { kind: "messages", messages },
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
