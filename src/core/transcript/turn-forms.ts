import { literal } from "./patterns.ts";
import type { TurnForm, TurnFormId } from "./turn-form.ts";

/** Harmony's role as a policy garbles it (`assistantcommentary`, `assisstant`, a channel in its place); no tool is so called. */
const garbledRole = String.raw`(?:[Aa]ss\w*|(?:analysis|commentary|final)(?![\w.]))(?![^<]*to=assistant)`;

/**
 * The ways of writing turns that are known. Where two have a sign at the same place, the first of them is taken.
 */
export const turnForms: readonly TurnForm[] = [
  {
    id: "chatml",
    starts: ["<|im_start|>"],
    signs: ["<|im_start|>"],
    headers: [{ pattern: String.raw`<\|im_start\|>(\w*)(?: name=[^\n]*)?\n?`, role: "word" }],
    ends: ["<|im_end|>", "<|endoftext|>"],
    answerHeader: String.raw`<\|im_start\|>(?:user|tool)\n\s*<tool_response>`,
  },
  {
    id: "llama3",
    starts: ["<|start_header_id|>"],
    signs: ["<|start_header_id|>"],
    headers: [
      { pattern: String.raw`<\|start_header_id\|>(\w*)<\|end_header_id\|>\n*`, role: "word" },
    ],
    ends: ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"],
  },
  {
    id: "llama4",
    starts: ["<|header_start|>"],
    signs: ["<|header_start|>"],
    headers: [{ pattern: String.raw`<\|header_start\|>(\w*)<\|header_end\|>\n*`, role: "word" }],
    ends: ["<|eot|>", "<|eom|>", "<|end_of_text|>"],
  },
  {
    id: "deepseek",
    signs: ["<｜User｜>", "<｜Assistant｜>"],
    headers: [
      { pattern: "<｜User｜>", role: "user" },
      { pattern: "<｜Assistant｜>", role: "assistant" },
      { pattern: "<｜tool▁outputs▁begin｜>", role: "tool" },
      // V3.1 has no section around its results; in V3 the first of them is behind the section's begin.
      {
        pattern: "(?<!<｜tool▁(?:outputs▁begin|output▁end)｜>\\s*)<｜tool▁output▁begin｜>",
        role: "tool",
      },
      { pattern: "<｜tool▁outputs▁end｜>", role: "assistant" },
      { pattern: "<｜tool▁output▁end｜>(?!\\s*<｜tool▁output)", role: "assistant" },
    ],
    ends: ["<｜end▁of▁sentence｜>"],
    preamble: "system",
  },
  {
    id: "glimmer",
    signs: ["<|start|>"],
    needs: ["<|eom|>", "<|eot|>", "<atem:"],
    headers: [
      { pattern: String.raw`<\|start\|>assistant(?![\w.])`, role: "assistant" },
      { pattern: String.raw`<\|start\|>(system|developer|user)[^<]*<\|message\|>`, role: "word" },
      { pattern: String.raw`<\|start\|>(?!assistant(?![\w.]))[^<]*<\|message\|>`, role: "tool" },
    ],
    ends: ["<|eot|>", "<|eom|>"],
    joins: true,
  },
  {
    id: "harmony",
    signs: ["<|start|>", "<|channel|>"],
    headers: [
      { pattern: String.raw`<\|start\|>assistant(?![\w.])`, role: "assistant" },
      // What is wrong with it stands in its body.
      { pattern: String.raw`<\|start\|>(?=${garbledRole})`, role: "assistant" },
      {
        pattern: String.raw`<\|start\|>(system|developer|user)[^<]*(?:<\|channel\|>[^<]*)?<\|message\|>`,
        role: "word",
      },
      {
        pattern: String.raw`<\|start\|>(?!assistant(?![\w.])|${garbledRole})[^<]*(?:<\|channel\|>[^<]*)?(?:<\|constrain\|>[^<]*)?<\|message\|>`,
        role: "tool",
      },
    ],
    ends: ["<|return|>", "<|call|>", "<|end|>", "<|endoftext|>"],
    joins: true,
  },
  {
    id: "inkling",
    signs: ["<|message_model|>", "<|message_user|>"],
    headers: [
      { pattern: String.raw`<\|message_model\|>`, role: "assistant" },
      {
        pattern: String.raw`<\|message_(user|system|tool)\|>[^<]*(?:<\|content_\w+\|>)?`,
        role: "word",
      },
    ],
    ends: ["<|content_model_end_sampling|>", "<|end_message|>"],
    joins: true,
  },
  {
    id: "kimi",
    starts: ["<|im_user|>", "<|im_assistant|>", "<|im_system|>"],
    signs: ["<|im_middle|>"],
    headers: [
      { pattern: String.raw`<\|im_assistant\|>[^<]*<\|im_middle\|>`, role: "assistant" },
      { pattern: String.raw`<\|im_user\|>[^<]*<\|im_middle\|>`, role: "user" },
      { pattern: String.raw`<\|im_system\|>(tool)<\|im_middle\|>`, role: "word" },
      { pattern: String.raw`<\|im_system\|>[^<]*<\|im_middle\|>`, role: "system" },
    ],
    ends: ["<|im_end|>", "[EOT]"],
  },
  {
    id: "cohere",
    starts: ["<|START_OF_TURN_TOKEN|>"],
    signs: ["<|START_OF_TURN_TOKEN|>"],
    headers: [
      { pattern: String.raw`<\|START_OF_TURN_TOKEN\|><\|CHATBOT_TOKEN\|>`, role: "assistant" },
      { pattern: String.raw`<\|START_OF_TURN_TOKEN\|><\|USER_TOKEN\|>`, role: "user" },
      {
        pattern: String.raw`<\|START_OF_TURN_TOKEN\|><\|SYSTEM_TOKEN\|>(?=<\|START_TOOL_RESULT\|>)`,
        role: "tool",
      },
      { pattern: String.raw`<\|START_OF_TURN_TOKEN\|><\|SYSTEM_TOKEN\|>`, role: "system" },
    ],
    ends: ["<|END_OF_TURN_TOKEN|>"],
  },
  {
    id: "granite",
    starts: ["<|start_of_role|>"],
    signs: ["<|start_of_role|>"],
    headers: [
      { pattern: String.raw`<\|start_of_role\|>(\w*)[^<]*<\|end_of_role\|>`, role: "word" },
    ],
    ends: ["<|end_of_text|>"],
  },
  {
    id: "gemma",
    starts: ["<start_of_turn>"],
    signs: ["<start_of_turn>"],
    headers: [{ pattern: String.raw`<start_of_turn>(\w*)\n?`, role: "word" }],
    ends: ["<end_of_turn>", "<eos>"],
  },
  {
    id: "gemma4",
    starts: ["<|turn>"],
    signs: ["<|turn>"],
    headers: [{ pattern: String.raw`<\|turn>(\w*)\n?`, role: "word" }],
    ends: ["<turn|>", "<eos>"],
  },
  {
    id: "minimax",
    starts: ["]~b]"],
    signs: ["]~b]"],
    headers: [{ pattern: String.raw`\]~b\](\w*)\n?`, role: "word" }],
    ends: ["[e~["],
  },
  {
    id: "seed",
    starts: ["<seed:bos>"],
    signs: ["<seed:bos>"],
    headers: [{ pattern: String.raw`<seed:bos>(\w*)\n?`, role: "word" }],
    ends: ["<seed:eos>"],
  },
  {
    id: "jamba",
    starts: ["<|bom|>"],
    signs: ["<|bom|>"],
    headers: [{ pattern: String.raw`<\|bom\|><\|(\w*)\|> ?`, role: "word" }],
    ends: ["<|eom|>", "<|endoftext|>"],
  },
  {
    id: "hunyuan",
    signs: ["<|extra_0|>"],
    headers: [
      { pattern: String.raw`<\|startoftext\|>(?=\s*<tool_response>)`, role: "tool" },
      { pattern: String.raw`<\|startoftext\|>`, role: "user" },
      { pattern: String.raw`<\|extra_4\|>`, role: "user" },
      { pattern: String.raw`<\|extra_0\|>`, role: "assistant" },
    ],
    ends: ["<|eos|>", "<|endoftext|>"],
  },
  {
    id: "step",
    starts: ["<|BOT|>"],
    signs: ["<|BOT|>"],
    headers: [{ pattern: String.raw`<\|BOT\|>(\w*)\n?`, role: "word" }],
    ends: ["<|EOT|>"],
  },
  {
    id: "gigachat",
    signs: ["<|role_sep|>"],
    headers: [
      {
        pattern: String.raw`(?<=^|>|\n)(?:assistant|function call)<\|role_sep\|>\n?`,
        role: "assistant",
      },
      {
        pattern: String.raw`(?<=^|>|\n)(system|developer|user|tool|available functions|function result)<\|role_sep\|>\n?`,
        role: "word",
      },
    ],
    ends: ["<|message_sep|>"],
    afterEnd: "\n\n",
    joins: true,
    preamble: "system",
  },
  {
    id: "mistral",
    signs: ["[INST]", "[/INST]"],
    headers: [
      { pattern: String.raw`\[INST\]`, role: "user" },
      { pattern: String.raw`\[/INST\]`, role: "assistant" },
      { pattern: String.raw`\[SYSTEM_PROMPT\]`, role: "system" },
      { pattern: String.raw`\[AVAILABLE_TOOLS\]`, role: "system" },
      { pattern: String.raw`(?<!\[/TOOL_RESULTS\]\s*)\[TOOL_RESULTS\]`, role: "tool" },
      { pattern: String.raw`\[/TOOL_RESULTS\](?!\s*\[TOOL_RESULTS\])`, role: "assistant" },
    ],
    ends: ["</s>"],
  },
  {
    id: "phi",
    signs: ["<|system|>", "<|user|>", "<|assistant|>"],
    needs: ["<|end|>"],
    headers: [
      { pattern: String.raw`<\|(system|user|assistant|tool_response)\|>\n?`, role: "word" },
    ],
    ends: ["<|end|>", "<|endoftext|>"],
  },
  {
    id: "sarashina",
    signs: ["<|system|>", "<|user|>", "<|assistant|>"],
    needs: ["</s><|"],
    headers: [{ pattern: String.raw`<\|(system|user|assistant|tool)\|>`, role: "word" }],
    ends: ["</s>"],
  },
  {
    id: "glm",
    signs: ["<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"],
    headers: [{ pattern: String.raw`<\|(system|user|assistant|observation)\|>\n?`, role: "word" }],
    ends: ["<|endoftext|>"],
    endingHeaders: String.raw`<\|(?:user|observation)\|>`,
  },
  {
    id: "ernie",
    signs: ["<|begin_of_sentence|>", "<|end_of_sentence|>"],
    headers: [
      {
        pattern: String.raw`(?<=^|\n|<\|(?:begin|end)_of_sentence\|>)(User|Assistant): ?`,
        role: "word",
      },
    ],
    ends: ["<|end_of_sentence|>"],
    preamble: "system",
  },
  {
    // Granite-20B function calling: roles are words at the beginning of a line.
    id: "role-labels",
    signs: ["\nASSISTANT: ", "ASSISTANT: ", "USER: "],
    headers: [
      {
        pattern: String.raw`(?<=^|\n|<\|endoftext\|>)(SYSTEM|USER|ASSISTANT|TOOL|FUNCTION RESPONSE): ?`,
        role: "word",
      },
    ],
    ends: ["<|endoftext|>"],
  },
];

/** Forms whose signs may stand in any text; only a family that is known to write them asks for them. */
const askedOnly: ReadonlySet<TurnFormId> = new Set(["role-labels"]);

/**
 * The form in which a text is written: one of those that its family writes, else the one whose sign comes first, since any
 * later marker may be quoted. Null where there is none.
 */
export function turnFormOf(text: string, likely: readonly TurnFormId[]): TurnForm | null {
  const own = turnForms.filter(({ id }) => likely.includes(id)).find(isIn);
  if (own !== undefined) return own;
  let first: TurnForm | null = null;
  let before = text;
  for (const form of turnForms) {
    if (askedOnly.has(form.id) || !hasNeeded(form, text)) continue;
    for (const sign of form.signs) {
      const at = before.indexOf(sign);
      if (at === -1) continue;
      first = form;
      before = text.slice(0, at + sign.length - 1);
    }
  }
  return first;

  function isIn(form: TurnForm): boolean {
    return hasNeeded(form, text) && form.signs.some((sign) => text.includes(sign));
  }
}

function hasNeeded({ needs }: TurnForm, text: string): boolean {
  return needs === undefined || needs.some((one) => text.includes(one));
}

/** Turn ends of any form, at the end of a text and the white space behind it. */
export function endsInTurnEnd(text: string): boolean {
  return anyEnd.test(text);
}

/** Whether a text holds a turn marker of any form that no other text is likely to have. */
export function hasTurnMarker(text: string): boolean {
  return anyMarker.test(text);
}

const marked = turnForms.filter(({ id }) => !askedOnly.has(id));
const allEnds = marked.flatMap(({ ends }) => ends);

const anyEnd = new RegExp(
  `(?:${[
    ...allEnds.map(literal),
    ...marked.flatMap(({ endingHeaders }) => endingHeaders ?? []),
  ].join("|")})\\s*$`,
);

/** `</s>` is strikethrough in HTML; DeepSeek's headers are no special tokens, so they say nothing of those. */
const ambiguous: ReadonlySet<string> = new Set([
  "</s>",
  "<eos>",
  "[EOT]",
  "<｜User｜>",
  "<｜Assistant｜>",
]);

const anyMarker = new RegExp(
  [...new Set([...marked.flatMap(({ signs }) => signs), ...allEnds])]
    .filter((text) => !ambiguous.has(text))
    .map(literal)
    .join("|"),
);

/** Headers and turn ends of the form that a rendered text is in; nothing matches where none is known. */
export function markersOf(text: string): TurnMarkers {
  // Asked for each string of a text, and the text is always the one that is being rendered.
  if (last?.text === text) return last.markers;
  const form = turnFormOf(text, []);
  const headers = form?.headers.map(({ pattern }) => `(?:${pattern})`).join("|") ?? "(?!)";
  const ends = form?.ends.map(literal).join("|") ?? "(?!)";
  const markers = { headers: new RegExp(headers, "g"), ends: new RegExp(ends, "g") };
  last = { text, markers };
  return markers;
}

export interface TurnMarkers {
  readonly headers: RegExp;
  readonly ends: RegExp;
}

let last: { readonly text: string; readonly markers: TurnMarkers } | null = null;
