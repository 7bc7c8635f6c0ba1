import assert from "node:assert/strict";
import { test } from "node:test";
import { legalMasks } from "../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../src/core/analysis/analysis.ts";
import { buildHover } from "../../src/core/marks/hover.ts";
import { reportTrajectory } from "../../src/core/report/report.ts";
import { buildSeries } from "../../src/core/series/build-series.ts";
import { buildCard } from "../../src/core/views/build-card.ts";
import type { TokenCard } from "../../src/core/views/card.ts";
import { fidelityBadges, fidelityOf } from "../../src/core/views/fidelity.ts";
import { layOutLines } from "../../src/core/views/line-layout.ts";
import type { Series } from "../../src/core/views/series.ts";
import type { RecordedColumn } from "../../src/core/trajectory/trajectory.ts";
import { analyseMasked } from "../support/masked.ts";
import { analyseMessages, analyseWire } from "../support/wire.ts";
import { message, written } from "../support/transcripts.ts";

const rollout =
  '<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n⟦<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call><|im_end|>⟧';

/** What a trainer's export has. */
const columns = (sampled: Uint8Array): readonly RecordedColumn[] => [
  column("entropy", "entropy", sampled, 1.25),
  column("log-probability", "inference_logprobs", sampled, Math.log(0.5)),
  column("loss-weight", "rl_weights", sampled, 1),
  column("loss-weight", "ce_weights", sampled, 0),
  column("masked-out", "is_masked", sampled, 0),
];

test("a chart has a curve for each recorded channel, in its own unit, each with a name of its own", () => {
  const { curves } = seriesOf(analyseMasked(rollout, { columns }));
  assert.deepEqual(
    curves.map(({ name, kind, unit }) => [name, kind, unit]),
    [
      ["P(sampled token), recorded", "recorded", "probability"],
      ["entropy, recorded", "recorded", "nats"],
      ["loss weight in rl_weights, recorded", "recorded", "number"],
      ["loss weight in ce_weights, recorded", "recorded", "number"],
      ["masked out, recorded", "recorded", "flag"],
    ],
  );
  assert.equal(curves[1]?.title, "entropy of each token as the trainer recorded it in entropy");
  assert.ok(curves[0]?.value.every((value) => Math.abs(value - 0.5) < 1e-6));
});

test("a card lists what the file recorded of its token, and nothing of a token without values", () => {
  const analysis = analyseMasked(rollout, { columns });
  const first = analysis.tokens.sampled.indexOf(1);
  assert.deepEqual(
    cardOf(analysis, first).recorded.map(({ name, by, key, unit, value }) => [
      name,
      by,
      key,
      unit,
      Math.round(value * 100) / 100,
    ]),
    [
      ["P(sampled token)", "rollout engine", "inference_logprobs", "probability", 0.5],
      ["entropy", "trainer", "entropy", "nats", 1.25],
      ["loss weight", "trainer", "rl_weights", "number", 1],
      ["loss weight", "trainer", "ce_weights", "number", 0],
      ["masked out", "trainer", "is_masked", "flag", 0],
    ],
  );
  const hover = buildHover(cardOf(analysis, first), { trajectory: 0, findings: [] });
  assert.deepEqual(hover.lines.at(-1), [
    { text: "recorded: entropy 1.25, loss weight 1, loss weight 0" },
  ]);
  assert.deepEqual(cardOf(analysis, 0).recorded, []);
  assert.equal(cardOf(analysis, first).alternatives, null);
});

test("a channel that is no probability is none of the token", () => {
  const analysis = analyseMasked(rollout, {
    columns: (sampled) => [column("advantage", "advantages", sampled, 0.5)],
  });
  const card = cardOf(analysis, analysis.tokens.sampled.indexOf(1));
  assert.deepEqual([card.probability, card.origin, card.recorded.length], [null, null, 1]);
});

test("what a file names in a token's place is told as it says, control tokens with their legality", () => {
  const messages = [
    message("user", "Q"),
    message("assistant", null, {
      written: {
        ...written(["<tool_call>", '\n{"name": "f", ', '"arguments": {}}', "\n</tool_call>"]),
        alternatives: {
          key: "top_logprobs",
          row: Uint32Array.of(0, 2, 4, 4, 4),
          texts: ["Sure", "<tool_call>", "<|im_end|>", '\n{"name": "f", '],
          ids: new Int32Array(4).fill(-1),
          logProbs: Float32Array.of(-3, -0.1, -1, -0.5),
        },
      },
    }),
  ];
  const analysis = analyseMessages(messages);
  const first = analysis.tokens.sampled.indexOf(1);
  const named = (token: number): unknown =>
    cardOf(analysis, token).alternatives?.list.map(({ text, legal }) => [text, legal]);
  assert.deepEqual(named(first), [
    ["<tool_call>", true],
    ["Sure", null],
  ]);
  assert.deepEqual(named(first + 1), [
    ['\n{"name": "f", ', null],
    ["<|im_end|>", false],
  ]);
  assert.equal(named(first + 2), undefined);
  const hover = buildHover(cardOf(analysis, first + 1), { trajectory: 0, findings: [] });
  assert.deepEqual(
    hover.candidates.map(({ text }) => text),
    ['\n{"name": "f", ', "<|im_end|>"],
  );
  assert.match(
    hover.footer,
    /^recorded · rollout engine · alternatives: top_logprobs · token \d+$/,
  );
  const { curves } = seriesOf(analysis);
  // Where the opener was legal it is no news; of the end the file says one value, where it would have broken the call.
  assert.deepEqual(
    curves.map(({ name, value }) => [name, value.length]),
    [
      ["P(sampled token), recorded", 4],
      ["<|im_end|> in top_logprobs", 1],
    ],
  );
});

test("reports name the channels of a trajectory with how many tokens have a value", () => {
  const analysis = analyseMasked(rollout, { columns });
  const { channels, alternatives, fidelity, tokens } = reportTrajectory(analysis, () => ({
    line: 0,
    column: 0,
  }));
  const count = analysis.tokens.sampled.reduce((sum, bit) => sum + bit, 0);
  assert.deepEqual(channels[0], {
    name: "log-probability",
    key: "inference_logprobs",
    by: "rollout",
    count,
  });
  assert.deepEqual(
    channels.map(({ key }) => key),
    ["inference_logprobs", "entropy", "rl_weights", "ce_weights", "is_masked"],
  );
  assert.deepEqual([alternatives, fidelity, tokens], [null, "sampled-ids", "file"]);
});

const claims: readonly (readonly [
  what: string,
  analysis: () => Analysis,
  badges: readonly string[],
])[] = [
  ["ids", () => analyseMasked(rollout), ["sampled ids", "special tokens kept", "not re-tokenized"]],
  [
    "wire text",
    () => analyseWire("<|im_start|>assistant\nHi<|im_end|>"),
    ["raw text", "special tokens kept", "no tokenizer"],
  ],
  [
    "messages",
    () => analyseMessages([message("user", "Q"), message("assistant", "Hi")]),
    ["parsed only", "special tokens kept", "no tokenizer"],
  ],
  [
    "messages whose tokens are spelled",
    () =>
      analyseMessages([
        message("user", "Q"),
        message("assistant", "Hi", { written: written(["Hi"]) }),
      ]),
    ["raw text", "special tokens kept", "sampled tokens as spelled"],
  ],
  [
    "messages of which one is spelled",
    () =>
      analyseMessages([
        message("assistant", "Hi", { written: written(["Hi"]) }),
        message("user", "Q"),
        message("assistant", "Ho"),
      ]),
    ["parsed only", "special tokens kept", "sampled tokens as spelled"],
  ],
];

for (const [what, analysis, badges] of claims) {
  test(`of ${what} the badges claim: ${badges.join(", ")}`, () => {
    assert.deepEqual(
      fidelityBadges(fidelityOf(analysis())).map(({ text }) => text),
      badges,
    );
  });
}

test("no missing turn end is claimed of a text without special tokens, of messages, or of spelled tokens", () => {
  const spelled = message("assistant", "Hi", { written: written(["Hi"]) });
  const analyses = [
    analyseWire("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nHi", {
      specialTokens: "stripped",
    }),
    analyseWire("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nHi", {
      specialTokens: "unknown",
    }),
    analyseMessages([message("user", "Q"), message("assistant", "Hi")]),
    analyseMessages([message("user", "Q"), spelled]),
  ];
  for (const { findings } of analyses)
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "F22"),
      [],
    );
});

function column(
  name: RecordedColumn["name"],
  key: string,
  sampled: Uint8Array,
  value: number,
): RecordedColumn {
  const values = Float32Array.from(sampled, (bit) => (bit === 1 ? value : Number.NaN));
  return { name, key, by: name === "log-probability" ? "rollout" : "trainer", values };
}

function cardOf(analysis: Analysis, token: number): TokenCard {
  const masks = legalMasks(analysis.family);
  return buildCard(analysis, token, {
    layout: layOutLines(analysis),
    policyName: null,
    showToken: String,
    stateWords: () => "",
    legalMask: (state) => masks[state] ?? 0,
  });
}

function seriesOf(analysis: Analysis): Series {
  const masks = legalMasks(analysis.family);
  return buildSeries(analysis, layOutLines(analysis), {
    revision: 1,
    startToken: 0,
    endToken: null,
    width: 1000,
    policyName: null,
    legalMask: (state) => masks[state] ?? 0,
  });
}
