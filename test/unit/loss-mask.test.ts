import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { families } from "../../src/core/grammar/families.ts";
import type { Family } from "../../src/core/grammar/family.ts";
import type { Tokenizer } from "../../src/core/tokens/tokenizer.ts";
import type { RecordedColumn } from "../../src/core/trajectory/trajectory.ts";
import { healthyConversation } from "../support/conversations.ts";
import { analyseMasked } from "../support/masked.ts";
import { trajectory } from "../support/transcripts.ts";
import { wordTokenizer } from "../support/wire.ts";

const user = "<|im_start|>user\nHow much?<|im_end|>\n";
const call = '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>';
const result = "<|im_start|>user\n<tool_response>\n37 crowns\n</tool_response><|im_end|>\n";
const head = "<|im_start|>assistant\n";
const end = "<|im_end|>";

/** Mask between ⟦ and ⟧. */
const rows: readonly (readonly [says: string, marked: string, rules: readonly string[]])[] = [
  [
    "a mask of the policy's turns with their ends is right",
    `${user}${head}⟦${call}${end}⟧\n${result}${head}⟦It is 37.${end}⟧`,
    [],
  ],
  [
    "turn ends may be left out by convention",
    `${user}${head}⟦${call}⟧${end}\n${result}${head}⟦It is 37.⟧${end}\n`,
    [],
  ],
  [
    "headers may be inside by convention",
    `${user}⟦${head}${call}${end}⟧\n${result}⟦${head}It is 37.${end}⟧`,
    [],
  ],
  [
    "headers and line ends may be inside by convention",
    `${user}⟦${head}${call}${end}\n⟧${result}⟦${head}It is 37.${end}\n⟧`,
    [],
  ],
  ["a turn that was cut off is no fault of the mask", `${user}${head}⟦It is thirty⟧`, ["F22"]],
  [
    "thinking that the template opened is not the policy's",
    `${user}${head}<think>\n⟦So.\n</think>\n\nIt is 37.${end}⟧`,
    [],
  ],
  [
    "history before the first turn in the mask is not trained on",
    `${user}${head}Hi.${end}\n${user}${head}⟦It is 37.${end}⟧`,
    [],
  ],
  [
    "a sample that was left out of the loss is not judged",
    `${user}${head}${call}${end}\n${result}${head}It is 37.${end}`,
    [],
  ],
  [
    "tokens in the middle of a turn outside the mask are M01",
    `${user}${head}⟦Let me⟧ look it⟦ up.${call}${end}⟧\n${result}${head}⟦It is 37.${end}⟧`,
    ["M01"],
  ],
  [
    "the end of a call outside the mask is M01",
    `${user}${head}⟦<tool_call>\n{"name": "f", "arguments": {}}\n⟧</tool_call>${end}\n${result}${head}⟦It is 37.${end}⟧`,
    ["M01"],
  ],
  [
    "a later turn of the assistant that is not trained on is M01",
    `${user}${head}⟦${call}${end}⟧\n${result}${head}It is 37.${end}\n`,
    ["M01"],
  ],
  [
    "a tool's answer inside the mask, with the turns around it, is M02",
    `${user}${head}⟦${call}${end}\n${result}${head}It is 37.${end}⟧`,
    ["M02"],
  ],
  [
    "a mask of ones is M02",
    `⟦${user}${head}${call}${end}\n${result}${head}It is 37.${end}⟧`,
    ["M02"],
  ],
  [
    "a part of a tool's answer inside the mask is M02",
    `${user}${head}⟦${call}${end}⟧\n<|im_start|>user\n<tool_response>\n37 ⟦crowns\n</tool_response><|im_end|>\n${head}It is 37.${end}⟧`,
    ["M02"],
  ],
  [
    "the prompt's last words inside the mask are M02",
    `<|im_start|>user\nHow ⟦much?<|im_end|>\n${head}It is 37.${end}⟧`,
    ["M02"],
  ],
  [
    "a mask made for the token after is M03",
    `${user}<|im_start|>assistant⟦\n${call}⟧${end}\n${result}<|im_start|>assistant⟦\nIt is 37.⟧${end}\n`,
    ["M03"],
  ],
  [
    "a mask one token too late is M03",
    `${user}${head}<tool_call>⟦\n{"name": "f", "arguments": {}}\n</tool_call>${end}\n⟧${result}${head}It⟦ is 37.${end}\n⟧`,
    ["M03"],
  ],
  [
    "a prefix that is forced on every turn is not the policy's",
    `${user}${head}<tool_call>⟦\n{"name": "f", "arguments": {}}\n</tool_call>${end}⟧\n${result}${head}<tool_call>⟦\n{"name": "f", "arguments": {}}\n</tool_call>${end}⟧`,
    [],
  ],
  [
    "first words outside the mask, others in each turn, are M01",
    `${user}${head}Let⟦ me look.${call}${end}⟧\n${result}${head}It⟦ is 37.${end}⟧`,
    ["M01"],
  ],
  [
    "a mask that is off at one border alone may be a convention",
    `${user}<|im_start|>assistant⟦\n${call}${end}⟧\n${result}<|im_start|>assistant⟦\nIt is 37.${end}⟧\n`,
    [],
  ],
];

for (const [says, marked, rules] of rows) {
  test(says, () => {
    const { findings } = analyseMasked(marked);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      rules,
      findings.map(({ message }) => message).join("\n"),
    );
  });
}

for (const family of families) {
  // Its markers are made of one another, so that words are no tokens of it.
  if (family.id === "functionary-v3.2") continue;
  test(`masks of ${family.id} are right with and without the turn end, and one that is shifted is told`, () => {
    const tokenizer = wordTokenizer(family);
    const ids: number[] = [];
    const sampled: number[] = [];
    const ends: number[] = [];
    for (const { author, text } of healthyConversation(family)) {
      const own = tokenizer.encode(text).ids;
      ids.push(...own);
      for (let token = 0; token < own.length; token++) sampled.push(author === "policy" ? 1 : 0);
      if (author === "policy") ends.push(ids.length - 1);
    }
    const rulesOf = (mask: readonly number[]): readonly string[] =>
      analyseMask(family, tokenizer, { ids, mask }).findings.map(({ rule }) => rule);
    assert.deepEqual(rulesOf(sampled), [], "as it should be");
    const isEnd = (token: number): boolean =>
      family.controls.some(
        ({ role, text }) => endings.has(role) && text === tokenizer.show(ids[token] ?? -1),
      );
    if (!ends.every(isEnd)) return;
    assert.deepEqual(
      rulesOf(sampled.map((bit, token) => (ends.includes(token) ? 0 : bit))),
      [],
      "without turn ends",
    );
    if (!unlikeOthers.has(family.id))
      assert.deepEqual(rulesOf([...sampled.slice(1), 0]), ["M03"], "one too early");
  });
}

/** Nothing is told of a shift where a result's end is the header of the turn. */
const unlikeOthers: ReadonlySet<string> = new Set(["deepseek-v3.1", "deepseek-dsml"]);

const endings: ReadonlySet<string> = new Set(["turn-end", "end-of-text"]);

test("remarks say which field, how many tokens and where, once a rollout", () => {
  const hole = `${head}⟦Let me⟧ look⟦ up.${end}⟧\n`;
  const { findings, transcript } = analyseMasked(user + hole + user + hole);
  assert.deepEqual(
    findings.map(({ kind, severity, message, start, end: to }) => [
      kind,
      severity,
      message,
      transcript.text.slice(start, to),
    ]),
    [
      [
        "audit",
        "warning",
        "1 token of 5 in this turn is outside the mask `loss_mask`, the first of them ␣look: what stands in the policy's turn is not trained on. So it is in 1 more turn.",
        " look",
      ],
    ],
  );
});

test("turns that the policy wrote itself, as its log-probabilities show, are its own and no fault of the mask", () => {
  const marked = `${user}${head}⟦${call}${end}\n${result}${head}It is 37.${end}⟧`;
  const rulesWith = (value: number): readonly string[] =>
    analyseMasked(marked, { columns: logProbs(value) }).findings.map(({ rule }) => rule);
  assert.deepEqual(rulesWith(0), ["M02"]);
  assert.deepEqual(rulesWith(-0.2), ["F09"]);
});

test("a list that is one value short or long is M04, and any other number is the reader's problem alone", () => {
  const misfits = [
    { key: "logprobs", found: 11, due: 12 },
    { key: "mask", found: 13, due: 12 },
    { key: "entropy", found: 3, due: 12 },
  ];
  const { findings } = analyseMasked(`${user}${head}⟦It is 37.${end}⟧`, { misfits });
  assert.deepEqual(
    findings.map(({ rule, message }) => [rule, message]),
    [
      [
        "M04",
        "`logprobs` has 11 values for 12 tokens: one less, so each may belong to the token beside it. It is not used.",
      ],
      [
        "M04",
        "`mask` has 13 values for 12 tokens: one more, so each may belong to the token beside it. It is not used.",
      ],
    ],
  );
});

function analyseMask(
  family: Family,
  tokenizer: Tokenizer,
  { ids, mask }: { readonly ids: readonly number[]; readonly mask: readonly number[] },
): Analysis {
  const sequence = {
    ids: Int32Array.from(ids),
    sampled: Uint8Array.from(mask),
    sampledKey: "loss_mask",
    columns: [],
    source: { startByte: 0, endByte: 1 },
  };
  const body = { kind: "tokens", sequence, messages: [] } as const;
  return analyse(trajectory(body), { family, tokenizer, chatTemplate: null });
}

/** Log-probabilities of what the mask holds: those of the first turn, and a value for the rest. */
function logProbs(value: number): (sampled: Uint8Array) => readonly RecordedColumn[] {
  return (sampled) => [
    {
      name: "log-probability",
      key: "inference_logprobs",
      by: "rollout",
      values: Float32Array.from(sampled, (bit, token) => (bit === 1 && token < 20 ? -0.1 : value)),
    },
  ];
}
