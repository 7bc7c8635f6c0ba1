import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { qwen3Hermes } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import type { Decoding, Encoding, Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { Message, ToolDeclaration, Trajectory } from "../../src/core/trajectory/trajectory.ts";
import { generation, piece, trajectory } from "./transcripts.ts";

export interface WireOptions {
  readonly family?: Family;
  readonly tools?: readonly ToolDeclaration[];
  readonly specialTokens?: Trajectory["specialTokens"];
  readonly tokenizer?: Tokenizer;
}

/** A rollout that the file holds as one wire text. Special tokens count as kept where the text has the turn end. */
export function analyseWire(text: string, options: WireOptions = {}): Analysis {
  const { family = qwen3Hermes, tools, tokenizer = null } = options;
  const specialTokens =
    options.specialTokens ?? (text.includes("<|im_end|>") ? "kept" : "stripped");
  // As dumps have it: the prompt up to where the policy begins, and everything after that.
  const prompt = /^[^]*?assistant\n/.exec(text)?.[0] ?? "";
  const pieces = [
    piece("environment", prompt),
    piece("mixed", text.slice(prompt.length), prompt.length),
  ];
  const rollout = trajectory({ kind: "wire", pieces }, { specialTokens });
  const declared = tools ? ({ kind: "declared", tools } as const) : rollout.tools;
  return analyse({ ...rollout, tools: declared }, { family, tokenizer, chatTemplate: null });
}

/** A rollout that the file holds as messages. */
export function analyseMessages(
  messages: readonly Message[],
  { family = qwen3Hermes }: WireOptions = {},
): Analysis {
  const rollout = trajectory({ kind: "messages", messages });
  return analyse(rollout, { family, tokenizer: null, chatTemplate: null });
}

/** A rollout of one turn whose ids spell `pieces`, read with a tokenizer that has a token for every word. */
export function analyseIds(pieces: readonly string[], prompt = "Hi"): Analysis {
  const tokenizer = wordTokenizer();
  const { ids } = tokenizer.encode(
    `<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n`,
  );
  const own = [...pieces, "<|im_end|>"].map((text) => tokenizer.learn(text));
  const body = { kind: "ids", generations: [generation(ids, own)], messages: [] } as const;
  return analyse(trajectory(body), { family: qwen3Hermes, tokenizer, chatTemplate: null });
}

/** A tokenizer that learns as it reads: markers, words with the space before them, and single other characters. */
export function wordTokenizer(
  family: Family = qwen3Hermes,
): Tokenizer & { learn(text: string): number } {
  const texts: string[] = [];
  const known = new Map<string, number>();
  const learn = (text: string): number => {
    const id = known.get(text) ?? texts.length;
    if (id === texts.length) texts.push(text);
    known.set(text, id);
    return id;
  };
  const markers = family.controls.map(({ text }) => text).filter((text) => text !== "");
  const escaped = markers
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const word = new RegExp(`${escaped.join("|")}| ?\\w+|[^]`, "g");
  for (const text of markers) learn(text);
  return {
    learn,
    get vocabularySize() {
      return texts.length + 1000;
    },
    addedTokens: markers.map((content, id) => ({ id, content, special: false })),
    encode(text: string): Encoding {
      const found = [...text.matchAll(word)];
      return {
        ids: Int32Array.from(found, ([each]) => learn(each)),
        start: Uint32Array.from(found, ({ index }) => index),
        end: Uint32Array.from(found, ({ index, 0: each }) => index + each.length),
      };
    },
    decode(ids: Int32Array): Decoding {
      const pieces = [...ids].map((id) => texts[id] ?? "");
      let at = 0;
      const start = pieces.map((each) => (at += each.length) - each.length);
      return {
        text: pieces.join(""),
        ids,
        start: Uint32Array.from(start),
        end: Uint32Array.from(pieces, (each, index) => (start[index] ?? 0) + each.length),
      };
    },
    idOf: (added) => (markers.includes(added) ? (known.get(added) ?? null) : null),
    show: (id) => texts[id] ?? "",
  };
}
