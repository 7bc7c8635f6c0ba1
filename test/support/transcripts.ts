import { identityMap, mapOfRun, type MappedText } from "../../src/core/text/source-map.ts";
import type {
  Body,
  Generation,
  Message,
  MessageCall,
  Role,
  Trajectory,
  WirePiece,
  WrittenTokens,
} from "../../src/core/trajectory/trajectory.ts";
import type { Transcript, Turn } from "../../src/core/transcript/transcript.ts";

/** A text at a place of an imagined file. */
export function mapped(text: string, startByte = 0): MappedText {
  return { text, map: identityMap(text.length, startByte) };
}

/** A text of which every unit takes six bytes, as `\u003c` does. */
export function escaped(text: string, startByte: number): MappedText {
  return { text, map: mapOfRun(text.length, startByte, 6) };
}

export function message(role: Role, content: string | null, more: Partial<Message> = {}): Message {
  const startByte = more.source?.startByte ?? 0;
  return {
    role,
    sampled: role === "assistant",
    content: content === null ? null : mapped(content, startByte),
    reasoning: null,
    calls: [],
    toolName: null,
    callId: null,
    source: { startByte, endByte: startByte + 1 },
    ...more,
  };
}

/** A call whose arguments are text, or the object they spell. */
export function call(name: string, input: unknown, startByte = 0): MessageCall {
  return {
    id: "call-1",
    name: mapped(name, startByte),
    arguments:
      typeof input === "string"
        ? { kind: "text", text: mapped(input, startByte + name.length) }
        : { kind: "object", value: input, source: { startByte, endByte: startByte + 1 } },
  };
}

/** Tokens of an API's answer, each with its number as log-probability. */
export function written(pieces: readonly string[]): WrittenTokens {
  const start: number[] = [];
  let length = 0;
  for (const one of pieces) {
    start.push(length);
    length += one.length;
  }
  const values = Float32Array.from(pieces, (_piece, at) => -at - 1);
  return {
    text: mapped(pieces.join(""), 100),
    start: Uint32Array.from(start),
    end: Uint32Array.from(start, (from, at) => from + (pieces[at]?.length ?? 0)),
    ids: new Int32Array(pieces.length).fill(-1),
    columns: [{ name: "log-probability", key: "logprobs.content", by: "rollout", values }],
    alternatives: null,
  };
}

export function piece(author: WirePiece["author"], text: string, startByte = 0): WirePiece {
  return { author, text: mapped(text, startByte) };
}

export function generation(
  promptIds: ArrayLike<number>,
  ids: ArrayLike<number>,
  more: Partial<Generation> = {},
): Generation {
  return {
    promptIds: Int32Array.from(promptIds),
    ids: Int32Array.from(ids),
    logProbs: null,
    message: 0,
    source: { startByte: 0, endByte: 1 },
    ...more,
  };
}

export function trajectory(body: Body, more: Partial<Trajectory> = {}): Trajectory {
  return {
    id: "1",
    step: null,
    group: null,
    sample: null,
    reward: null,
    tools: { kind: "unknown" },
    specialTokens: "kept",
    body,
    source: { startByte: 0, endByte: 1 },
    line: 0,
    ...more,
  };
}

/** Turns as lines to read: role, `*` where sampled, header | body | turn end. */
export function showTurns({ text, turns }: Pick<Transcript, "text" | "turns">): readonly string[] {
  return turns.map((turn) => {
    const { start, bodyStart, bodyEnd, end } = turn;
    const parts = [
      text.slice(start, bodyStart),
      text.slice(bodyStart, bodyEnd),
      text.slice(bodyEnd, end),
    ];
    const mark = `${turn.sampled ? "*" : ""}${turn.thinkingOpen ? "+think" : ""}`;
    return `${turn.role}${mark} ${parts.map(shorten).join("|")}`;
  });
}

/** Markers as short signs, so that a line can be read. */
function shorten(part: string): string {
  return part
    .replaceAll("<|im_start|>", "«")
    .replaceAll("<|im_end|>", "»")
    .replaceAll("<tool_response>", "<r>")
    .replaceAll("</tool_response>", "</r>")
    .replaceAll("<tool_call>", "<c>")
    .replaceAll("</tool_call>", "</c>")
    .replaceAll("\n", "⏎");
}

/** What went wrong with how turns cover the text; null where they tile it and their bodies lie inside. */
export function faultOf(text: string, turns: readonly Turn[]): string | null {
  let at = 0;
  for (const [index, turn] of turns.entries()) {
    if (turn.index !== index) return `turn ${index} has index ${turn.index}`;
    if (turn.start !== at) return `turn ${index} begins at ${turn.start}, not ${at}`;
    const { start, bodyStart, bodyEnd, end } = turn;
    if (!(start <= bodyStart && bodyStart <= bodyEnd && bodyEnd <= end)) {
      return `turn ${index} has ${[start, bodyStart, bodyEnd, end].join()}`;
    }
    at = end;
  }
  return turns.length > 0 && at !== text.length ? `turns end at ${at} of ${text.length}` : null;
}
