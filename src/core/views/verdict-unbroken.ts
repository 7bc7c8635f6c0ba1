import type { Analysis } from "../analysis/analysis.ts";
import type { Audit } from "../findings/trajectory-rules/trajectory-rule.ts";
import { unreachable } from "../result.ts";
import type { Spike } from "../scoring/signals.ts";
import type { FindingFacts } from "./finding-facts.ts";
import { count, showProbability } from "../text/words.ts";
import { controlText, ruleSentence } from "./rule-sentences.ts";
import type { Prose, Verdict } from "./trajectory.ts";
import { sampledNumber, stateWords } from "./turn-labels.ts";

/** The verdict on a rollout in which no turn is polluted or collapsed. */
export function judgeUnbroken(analysis: Analysis, facts: readonly FindingFacts[]): Verdict {
  if (analysis.transcript.origin === "undecoded") {
    return {
      tone: "unreadable",
      headline: [{ text: "Not judged: no tokenizer decodes the ids of this rollout." }],
      sentences: [[{ text: "What the file recorded of each id is shown; its text is not known." }]],
    };
  }
  if (analysis.structures.length === 0) {
    return {
      tone: "unreadable",
      headline: [{ text: "Nothing to judge: the policy wrote no turn here." }],
      sentences: [],
    };
  }
  const tone = analysis.structures.some(({ state }) => state === "healthy-call")
    ? "healthy-call"
    : "healthy-response";
  const spiked = facts.filter(({ finding }) => finding.kind === "spike");
  if (spiked.length > 0) return judgeWavering(analysis, spiked);
  const flagged = flaggedIn(analysis);
  const [first] = flagged;
  if (first) {
    const number = sampledNumber(analysis.transcript.turns, first.turn);
    return {
      tone,
      headline: [{ text: `Structure holds, but turn ${String(number)} needs a look.` }],
      sentences: [
        ruleSentence(first, controlText(analysis, first.control)),
        ...more(flagged.length - 1, "remark"),
      ],
    };
  }
  return {
    tone,
    headline: [{ text: `Healthy: ${whatWasDone(analysis)}; no control token out of turn.` }],
    sentences: [],
  };
}

/** What leaves a turn's state and is worth a look: breaks first, since audits are often seen from afar. */
function flaggedIn({ structures, audits }: Analysis): readonly Audit[] {
  const breaks = structures.flatMap(({ turn, breaks: found }) =>
    found.map((broken) => ({ ...broken, turn })),
  );
  return [...breaks, ...audits.filter(({ severity }) => severity !== "info")];
}

function judgeWavering(analysis: Analysis, spiked: readonly FindingFacts[]): Verdict {
  const first = spiked.toSorted((a, b) => height(b) - height(a))[0];
  const number = sampledNumber(analysis.transcript.turns, first?.finding.turn ?? 0);
  const place = `at turn ${String(number)}, token ${String(first?.finding.token ?? 0)}`;
  const value = showProbability(first?.finding.probability ?? NaN);
  const rise = first?.spike?.signal === "surprise" ? " was sampled at " : " rose to ";
  return {
    tone: "latent",
    headline: [
      { text: "Structure holds, but " },
      { code: first?.finding.control ?? "a control token" },
      { text: `${rise}${value} ${place}.` },
    ],
    sentences: [
      ...(first?.spike ? [whatItMeans(first.spike, first.usual)] : []),
      ...more(spiked.length - 1, "spike"),
    ],
  };
}

function whatItMeans({ signal, fired }: Spike, usual: number | null): Prose {
  const compared = usual === null ? "" : `; usual there: ${showProbability(usual)}`;
  const sampled = fired ? "it was sampled" : "it was not sampled, this time";
  switch (signal) {
    case "illegal-mass":
      return [{ text: `It is illegal there; ${sampled}${compared}.` }];
    case "premature-stop":
      return [{ text: `It would end the turn inside a call or thinking; ${sampled}${compared}.` }];
    case "early-open":
      return [{ text: `It would open a call in mid-prose; ${sampled}${compared}.` }];
    case "surprise":
      return [{ text: "It is legal there, and the policy hardly ever does it." }];
    default:
      return unreachable(signal);
  }
}

/** Fired spikes first, then by how high they stand. */
function height({ finding, spike }: FindingFacts): number {
  const probability = spike?.signal === "surprise" ? 0 : (finding.probability ?? 0);
  return probability + (finding.fired === true ? 1 : 0);
}

function more(number: number, noun: string): Prose[] {
  return number > 0
    ? [[{ text: `${String(number)} more ${noun}${number === 1 ? "" : "s"}.` }]]
    : [];
}

/** `2 calls and an answer`. */
function whatWasDone({ structures }: Analysis): string {
  const calls = structures.reduce((total, { calls: found }) => total + found.length, 0);
  const answers = structures.filter(({ state }) => state === "healthy-response").length;
  const parts = [
    ...(calls > 0 ? [count(calls, "call")] : []),
    ...(answers === 1 ? ["an answer"] : answers > 1 ? [count(answers, "answer")] : []),
  ];
  return parts.length > 0
    ? parts.join(" and ")
    : stateWords[structures[0]?.state ?? "healthy-response"];
}
