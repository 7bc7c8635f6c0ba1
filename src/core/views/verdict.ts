import type { Analysis } from "../analysis/analysis.ts";
import { legalControls } from "../grammar/legal.ts";
import { describeRate, recoverableRate } from "../grammar/recoveries.ts";
import type { Break, Structure, TurnState } from "../grammar/structure.ts";
import { factsOfFindings, type FindingFacts } from "./finding-facts.ts";
import { mainBreak } from "./main-break.ts";
import { clip, count, showProbability } from "../text/words.ts";
import { collapseOf } from "./collapse-words.ts";
import { probabilityChannel } from "./recorded-words.ts";
import { risingBefore } from "./rising.ts";
import { controlText, ruleSentence } from "./rule-sentences.ts";
import { judgeUnbroken } from "./verdict-unbroken.ts";
import { intactCall } from "./skill.ts";
import type { Prose, Verdict } from "./trajectory.ts";
import { sampledNumber } from "./turn-labels.ts";

/** What happened in this rollout, in plain words. `policyName` null: nobody scores. */
export function judge(
  analysis: Analysis,
  policyName: string | null,
  facts: readonly FindingFacts[] = factsOfFindings(analysis),
): Verdict {
  const sick = analysis.structures.find(({ state }) => isSick(state));
  const verdict = sick ? judgeBroken(analysis, sick, facts) : judgeUnbroken(analysis, facts);
  return { ...verdict, sentences: [...verdict.sentences, ...notes(analysis, policyName)] };
}

/** The verdict on a record that could not be read. */
export function judgeUnreadable(message: string): Verdict {
  return {
    tone: "unreadable",
    headline: [{ text: "This record could not be read." }],
    sentences: [[{ text: message }]],
  };
}

function isSick(state: TurnState): boolean {
  return state === "polluted" || state === "collapsed";
}

function judgeBroken(analysis: Analysis, sick: Structure, facts: readonly FindingFacts[]): Verdict {
  const number = sampledNumber(analysis.transcript.turns, sick.turn);
  const broken = mainBreak(sick.breaks);
  const fact = facts.find((each) => each.broken === broken) ?? null;
  const token = fact?.finding.token ?? null;
  const verb = sick.state === "collapsed" ? "Collapsed" : "Broke";
  const what = broken ? whatBroke(analysis, sick, broken) : [];
  return {
    tone: analysis.structures.some(({ state }) => state === "collapsed") ? "collapsed" : "polluted",
    headline: [{ text: `${verb} at turn ${String(number)}${placeOf(analysis, fact)}.` }],
    sentences: [
      ...(what.length > 0 ? [what] : []),
      ...(fact ? howLikely(analysis, fact, what) : []),
      ...(token === null ? [] : sinceWhen(analysis, token)),
      ...skill(analysis, sick, broken),
      ...whatFollows(analysis, sick),
      ...rate(analysis),
    ],
  };
}

/** What is missing at the end of a turn is at no token of it. */
function placeOf(analysis: Analysis, fact: FindingFacts | null): string {
  if (!fact) return "";
  const { finding } = fact;
  const end = analysis.transcript.turns[finding.turn]?.bodyEnd ?? Infinity;
  if (finding.start >= end) return ", at its end";
  return finding.token === null ? "" : `, token ${String(finding.token)}`;
}

function whatBroke(analysis: Analysis, sick: Structure, broken: Break): Prose {
  if (sick.state === "collapsed" && broken.rule !== "F23") {
    const { words, rule } = collapseOf(analysis, sick);
    return [{ text: `The turn is ${words} (${rule}).` }];
  }
  return ruleSentence(broken, controlText(analysis, broken.control));
}

/** `said`: the sentence before; where it began with the control token, "its" is clear. */
function howLikely(
  analysis: Analysis,
  { finding, broken, usual }: FindingFacts,
  said: Prose,
): Prose[] {
  if (finding.probability === null || finding.control === null) return [];
  // Of a call that was never closed the opener is told, which was legal: its probability explains nothing.
  if (isLegal(analysis, finding)) return [];
  const begun = said[0] !== undefined && "code" in said[0];
  const subject: Prose = begun
    ? [{ text: "Its probability" }]
    : [{ text: "The probability of " }, { code: finding.control }];
  if (finding.origin === "recorded") {
    const by = probabilityChannel(analysis.transcript.recorded)?.origin;
    const who = by?.kind === "recorded" && by.by === "trainer" ? "trainer" : "rollout engine";
    const value = finding.probability.toFixed(3);
    return [[...subject, { text: ` was ${value}, as the ${who} recorded it.` }]];
  }
  const due = broken && broken.expected !== "" ? ` where ${clip(broken.expected, 60)} was due` : "";
  const compared = usual === null ? "" : `; usual there: ${showProbability(usual)}`;
  const hedge = analysis.tokens.origin === "file" ? "" : " (scored on re-tokenized text)";
  const value = showProbability(finding.probability);
  return [[...subject, { text: ` is ${value}${due}${compared}${hedge}.` }]];
}

function isLegal(analysis: Analysis, { token, control }: FindingFacts["finding"]): boolean {
  const state = token === null ? 0 : (analysis.stateBefore[token] ?? 0);
  const index = analysis.family.controls.findIndex(({ text }) => text === control);
  return index >= 0 && (legalControls(analysis.family, state) & (1 << index)) !== 0;
}

function sinceWhen(analysis: Analysis, token: number): Prose[] {
  const before = risingBefore(analysis, token);
  return before < 2
    ? []
    : [[{ text: `The mass was already rising ${count(before, "token")} before.` }]];
}

function skill(analysis: Analysis, sick: Structure, broken: Break | null): Prose[] {
  const intact = broken ? intactCall(analysis, sick, broken) : null;
  if (!intact) return [];
  return [
    [
      { text: "Skill intact: the broken call still names " },
      { code: clip(intact.name, 60) },
      { text: intact.checked ? " with valid arguments." : " with well-formed arguments." },
      ...(intact.how === null ? [] : [{ text: ` ${intact.how}` }]),
    ],
  ];
}

function whatFollows(analysis: Analysis, sick: Structure): Prose[] {
  const later = analysis.structures.filter(({ turn }) => turn > sick.turn);
  const polluted = later.filter(({ state }) => state === "polluted").length;
  const collapsed = later.filter(({ state }) => state === "collapsed").length;
  const parts = [
    ...(polluted > 0
      ? [`${count(polluted, "turn")} ${polluted === 1 ? "is" : "are"} polluted`]
      : []),
    ...(collapsed > 0
      ? [
          polluted > 0
            ? `${String(collapsed)} ${collapsed === 1 ? "collapses" : "collapse"}`
            : `${count(collapsed, "turn")} ${collapsed === 1 ? "collapses" : "collapse"}`,
        ]
      : []),
  ];
  return parts.length === 0 ? [] : [[{ text: `After it, ${parts.join(" and ")}.` }]];
}

/** Of one broken call the sentences before tell; of more, how many are only broken in format. */
function rate({ structures }: Analysis): Prose[] {
  const counts = recoverableRate(structures);
  const told = counts.broken < 2 ? null : describeRate(counts);
  return told === null ? [] : [[{ text: told }]];
}

function notes(analysis: Analysis, policyName: string | null): Prose[] {
  if (analysis.structures.length === 0 || analysis.scores) return [];
  if (policyName !== null) return [[{ text: "Not scored yet." }]];
  return probabilityChannel(analysis.transcript.recorded)
    ? [[{ text: "No policy: probabilities only as recorded." }]]
    : [[{ text: "No policy: structure only." }]];
}
