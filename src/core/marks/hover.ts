import type { Finding } from "../findings/finding.ts";
import type { Candidate, TokenCard } from "../views/card.ts";
import { clip, showProbability } from "../text/words.ts";
import { showRule } from "../views/rule-names.ts";
import type { Prose } from "../views/trajectory.ts";

/** What a hover says, as data; the edge escapes every piece with `escapeMarkdown` or `escapeCode`. */
export interface HoverContent {
  readonly title: Prose;
  readonly lines: readonly Prose[];
  readonly candidates: readonly Candidate[];
  /** Where the numbers come from. */
  readonly footer: string;
  readonly links: readonly HoverLink[];
}

export interface HoverLink {
  readonly title: string;
  readonly command: string;
  /** Only numbers: nothing of the file's text reaches a command. */
  readonly args: readonly number[];
}

export interface HoverContext {
  readonly trajectory: number;
  /** Findings of the trajectory; `card.findings` are indices into it. */
  readonly findings: readonly Finding[];
}

/** Candidates in a hover: more than three push its links out of sight. */
const maxCandidates = 3;

export function buildHover(card: TokenCard, context: HoverContext): HoverContent {
  const here = card.findings.flatMap((index) => context.findings[index] ?? []);
  const lead = here.find(({ kind }) => kind === "break") ?? here[0] ?? null;
  return {
    title: titleOf(card, lead),
    lines: [
      ...here.map(({ message }): Prose => [{ text: clip(message, 200) }]),
      ...stateLines(card),
      ...recordedLines(card),
    ],
    // Where no policy scored, what the file itself names there.
    candidates: (namesItself(card) ? card.alternatives.list : card.top).slice(0, maxCandidates),
    footer: [
      card.origin,
      namesItself(card) ? `alternatives: ${clip(card.alternatives.key, 40)}` : null,
      `token ${String(card.token)}`,
    ]
      .filter((part) => part !== null)
      .join(" · "),
    links: linksOf(card, context.trajectory),
  };
}

function namesItself(
  card: TokenCard,
): card is TokenCard & { readonly alternatives: NonNullable<TokenCard["alternatives"]> } {
  return card.top.length === 0 && card.alternatives !== null;
}

/** Most channels on the line; the card has all of them. */
const maxChannels = 4;

/** `recorded: entropy 1.25, advantage 0.5`; probabilities are in the title. */
function recordedLines({ recorded }: TokenCard): Prose[] {
  const told = recorded
    .filter(({ unit }) => unit === "nats" || unit === "number")
    .slice(0, maxChannels)
    .map(({ name, value }) => `${name} ${String(Number(value.toPrecision(4)))}`);
  return told.length === 0 ? [] : [[{ text: `recorded: ${told.join(", ")}` }]];
}

/** `<tool_call>` fired where it is illegal · P 0.97 (usual here 0.001). */
function titleOf(card: TokenCard, lead: Finding | null): Prose {
  const subject = { code: clip(lead?.control ?? card.text, 60) };
  const what = lead ? ` · ${leadWords(lead)}` : "";
  const probability = lead?.probability ?? card.probability;
  const value = probability === null ? "" : ` · P ${showProbability(probability)}`;
  const usual =
    lead !== null && lead.control !== null && card.usual
      ? ` (usual here ${showProbability(card.usual.median)})`
      : "";
  return [subject, { text: `${what}${value}${usual}` }];
}

function leadWords({ kind, rule, fired }: Finding): string {
  if (kind !== "spike") return showRule(rule);
  return fired === true ? "fired out of turn" : "latent: likely out of turn, not sampled";
}

function stateLines(card: TokenCard): Prose[] {
  if (!card.sampled) return [[{ text: "Not written by the policy." }]];
  const legal: Prose = [
    {
      text: `inside: ${clip(card.state, 80)} · legal here: ${card.legal.length === 0 ? "no control token" : ""}`,
    },
    ...card.legal.flatMap((text, at) =>
      at === 0 ? [{ code: text }] : [{ text: " " }, { code: text }],
    ),
  ];
  const mass: Prose[] =
    card.illegalMass === null
      ? []
      : [[{ text: `illegal control mass ${showProbability(card.illegalMass)}` }]];
  return [legal, ...mass];
}

function linksOf(card: TokenCard, trajectory: number): HoverLink[] {
  return [
    {
      title: "Open in editor",
      command: "derail.openTrajectoryEditor",
      args: [trajectory, card.token],
    },
    { title: "Next spike", command: "derail.nextSpike", args: [] },
  ];
}
