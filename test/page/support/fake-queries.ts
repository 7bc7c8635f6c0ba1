import type { TokenCard } from "../../../src/core/views/card.ts";
import type { Curve, Series } from "../../../src/core/views/series.ts";
import { controls, type FakeTrajectory } from "./fake-trajectory.ts";

/** What the file records in a scenario. */
export type Recorded = "probability" | "channels" | null;

export function cardOf(
  found: FakeTrajectory,
  token: number,
  { policy, recorded }: { readonly policy: string | null; readonly recorded: Recorded },
): TokenCard {
  const text = found.texts[token] ?? "";
  const mass = found.mass[token] ?? 0;
  const turn = found.turns.find((each) => token >= each.startToken && token < each.endToken);
  const line = found.lineOf[token] ?? 0;
  const isHot = mass > 0.05;
  const scored = policy !== null && turn?.sampled === true;
  const hasChannels = recorded === "channels" && turn?.sampled === true;
  const controlList = controls.map((control, at) => ({
    text: control,
    probability: found.curves[at]?.[token] ?? 0,
    legal: !isHot && at === 1,
  }));
  return {
    token,
    text,
    id: token,
    turn: turn?.index ?? 0,
    state: isHot ? "call > arguments > key" : "prose",
    sampled: turn?.sampled ?? false,
    legal: isHot ? [] : ["<tool_call>", "<|im_end|>"],
    probability: scored ? Math.max(mass, 0.4) : null,
    entropy: scored ? 0.31 : null,
    illegalMass: scored ? mass : null,
    top: scored
      ? [
          { text, probability: Math.max(mass, 0.4) },
          { text: "expression", probability: 0.021 },
          { text: "item", probability: 0.0004 },
        ]
      : [],
    controls: scored ? controlList : [],
    recorded: hasChannels ? recordedValues : [],
    alternatives: hasChannels
      ? {
          key: "top_logprobs",
          list: [
            { text, probability: 0.61, legal: null },
            { text: "<|im_end|>", probability: 0.32, legal: false },
            { text: "\u202e<b>", probability: 0.0004, legal: null },
          ],
        }
      : null,
    origin: scored ? `scored · ${policy} · exact ids` : null,
    usual: scored
      ? {
          median: 0.001,
          percentile99: 0.006,
          sigmasAbove: isHot ? 160 : 0.2,
          count: 4123,
        }
      : null,
    findings: found.findings.filter((each) => each.anchorToken === token).map((each) => each.index),
    line,
  };
}

const recordedValues: TokenCard["recorded"] = [
  {
    name: "P(sampled token)",
    by: "rollout engine",
    key: "inference_logprobs",
    unit: "probability",
    value: 0.61,
  },
  { name: "entropy", by: "trainer", key: "entropy", unit: "nats", value: 1.23456 },
  { name: "masked out", by: "trainer", key: "is_masked", unit: "flag", value: 0 },
];

export function seriesOf(
  found: FakeTrajectory,
  range: { readonly startToken: number; readonly endToken: number | null; readonly width: number },
  {
    revision,
    policy,
    recorded,
  }: {
    readonly revision: number;
    readonly policy: string | null;
    readonly recorded: Recorded;
  },
): Series {
  const start = range.startToken;
  const end = Math.min(range.endToken ?? found.texts.length, found.texts.length);
  const all = [found.mass, ...found.curves];
  return {
    revision,
    startToken: start,
    endToken: end,
    curves:
      recorded !== null
        ? (recorded === "probability" ? recordedCurves.slice(0, 1) : recordedCurves).map(
            ({ valueAt, ...curve }) => ({
              ...curve,
              kind: "recorded" as const,
              control: null,
              ...buckets(Float32Array.from(found.texts, valueAt), {
                start,
                end,
                width: range.width,
              }),
            }),
          )
        : policy === null
          ? []
          : all.map((values, at) => ({
              name: at === 0 ? "illegal control mass" : (controls[at - 1] ?? ""),
              kind: at === 0 ? ("illegal-mass" as const) : ("control" as const),
              control: at === 0 ? null : at - 1,
              unit: "probability" as const,
              neutral: 0,
              title: null,
              ...buckets(values, { start, end, width: range.width }),
            })),
    threshold: 0.05,
    marks: found.findings.map((finding) => ({
      token: finding.anchorToken,
      finding: finding.index,
      kind:
        finding.kind === "break" ? "break" : finding.fired === true ? "fired" : ("latent" as const),
      label:
        finding.kind === "break" ? `break ${finding.rule}` : finding.rule.replace("spike/", ""),
    })),
    turns: found.turns,
    summary: "Illegal control mass rises from token 48, 2 spikes fired, 1 latent.",
    empty:
      policy === null && recorded === null
        ? "No probabilities: the file records none and no policy is selected to score it."
        : null,
  };
}

/** What a trainer's export has, made up: sure of all but token 20. */
const recordedCurves: readonly (Pick<Curve, "name" | "unit" | "neutral" | "title"> & {
  readonly valueAt: (text: string, token: number) => number;
})[] = [
  {
    name: "P(sampled token), recorded",
    unit: "probability",
    neutral: 1,
    title:
      "P(sampled token) of each token as the rollout engine recorded it in inference_logprobs; what is low stands out",
    valueAt: (_text, token) => (token === 20 ? 0.02 : 0.95),
  },
  {
    name: "P(sampled token) by the trainer, recorded",
    unit: "probability",
    neutral: 1,
    title: "P(sampled token) by the trainer of each token as the trainer recorded it",
    valueAt: (_text, token) => (token === 20 ? 0.01 : 0.9),
  },
  {
    name: "entropy, recorded",
    unit: "nats",
    neutral: 0,
    title: "entropy of each token as the trainer recorded it in entropy",
    valueAt: (_text, token) => 1.5 + Math.sin(token),
  },
];

function buckets(
  values: Float32Array,
  { start, end, width }: { readonly start: number; readonly end: number; readonly width: number },
): { token: Uint32Array; value: Float32Array } {
  const size = Math.max(1, Math.ceil((end - start) / width));
  const tokens: number[] = [];
  const tops: number[] = [];
  for (let from = start; from < end; from += size) {
    let best = from;
    for (let at = from; at < Math.min(from + size, end); at++) {
      if ((values[at] ?? 0) > (values[best] ?? 0)) best = at;
    }
    tokens.push(best);
    tops.push(values[best] ?? 0);
  }
  return { token: Uint32Array.from(tokens), value: Float32Array.from(tops) };
}
