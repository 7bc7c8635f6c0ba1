import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { TurnForm } from "../transcript/turn-form.ts";
import { turnFormOf } from "../transcript/turn-forms.ts";
import { callSigns, tokenSigns } from "./family-signs.ts";
import { families, familyById, qwen25Hermes, qwen3Hermes } from "./families.ts";
import type { Family } from "./family.ts";

/** A family with why it was taken. `low`: nothing spoke for it, it is only the default. */
export interface FamilyGuess {
  readonly family: Family;
  readonly confidence: "high" | "medium" | "low";
  /** A clause: `the text has <arg_key>`. */
  readonly reason: string;
}

/** What a guess may look at. */
export interface FamilyEvidence {
  readonly tokenizer: Tokenizer | null;
  readonly chatTemplate: string | null;
  readonly text: string;
  /**
   * UTF-16 length of what comes before the policy's first word, or, where messages were written out, before the header
   * of its first turn; a notation that is taught there is the policy's.
   */
  readonly promptLength?: number;
  /** Who wrote the text, where the file has messages only; the file's own text if absent. */
  readonly renderedBy?: "chat-template" | "default";
  /** Calls stood apart from the messages' text, so the template wrote them out. */
  readonly wroteCalls?: boolean;
}

/**
 * Guesses the grammar a trajectory was written in. The text speaks first: the policy that happens to be selected says
 * nothing about another model's file. Tokenizer and chat template decide between families that write alike.
 */
export function detectFamily(evidence: FamilyEvidence): FamilyGuess {
  const policy = fromPolicy(evidence);
  const written = fromText(evidence);
  if (evidence.renderedBy !== undefined) return ofRendering(evidence, written, policy);
  if (written === null) {
    // A policy of which the text shows nothing is only the one that is selected.
    if (policy !== null && evidence.text !== "") return { ...policy, confidence: "medium" };
    return policy ?? byDefault;
  }
  if (policy !== null && written.families.includes(policy.family)) return policy;
  return {
    family: written.families[0],
    confidence: written.confidence,
    reason: `the text has ${written.sign}${policy === null ? "" : `, though ${policy.reason}`}`,
  };
}

/** A family that someone chose. */
export function chosenFamily(family: Family): FamilyGuess {
  return { family, confidence: "high", reason: "it was chosen by hand" };
}

const byDefault: FamilyGuess = {
  family: qwen3Hermes,
  confidence: "low",
  reason: `nothing shows a tool-call grammar: ${qwen3Hermes.title} is assumed`,
};

/** Messages are written out by a template, so its calls are what there is, unless the messages' own text has others. */
function ofRendering(
  { renderedBy, wroteCalls = false }: FamilyEvidence,
  written: Written | null,
  policy: FamilyGuess | null,
): FamilyGuess {
  if (
    renderedBy === "chat-template" &&
    policy !== null &&
    written?.families.includes(policy.family)
  ) {
    return {
      ...policy,
      confidence: "medium",
      reason: `the file has messages only, and ${policy.reason}`,
    };
  }
  if (written !== null && !written.families.includes(qwen3Hermes)) {
    return {
      family: written.families[0],
      confidence: "medium",
      reason: `the messages have ${written.sign}`,
    };
  }
  const isHermes = policy?.family === qwen3Hermes || policy?.family === qwen25Hermes;
  const family = isHermes ? policy.family : qwen3Hermes;
  if (renderedBy === "default" && !wroteCalls && written?.by === "calls")
    return { family, confidence: "medium", reason: `the messages have ${written.sign}` };
  const shown = wroteCalls
    ? "the calls stand apart from the messages' text, and nothing says how they were written"
    : "nothing in the messages shows a tool-call grammar";
  return { family, confidence: "low", reason: `${shown}: ${family.title} is assumed` };
}

/** Families that a text may be of, all alike, the likeliest first. */
interface Written {
  readonly families: readonly [Family, ...Family[]];
  readonly confidence: "high" | "medium";
  readonly by: "calls" | "turns";
  readonly sign: string;
}

function fromText({ text: whole, promptLength = 0, renderedBy }: FamilyEvidence): Written | null {
  const prompt = whole.slice(0, Math.min(promptLength, mostPrompt));
  // With the header that the prompt ends in: of bare calls only the place tells.
  const header = renderedBy === undefined ? longestHeader : 0;
  const rest = whole.slice(Math.max(0, promptLength - header));
  const shown =
    rest.length <= mostRest * 2 ? rest : rest.slice(0, mostRest) + rest.slice(-mostRest);
  const form = turnFormOf(prompt + shown, []);
  const candidates = familiesOf(form);
  const best =
    renderedBy === undefined
      ? bestSigns(candidates, prompt, shown)
      : bestSigns(families, prompt, shown, new Set(candidates));
  if (best !== null) {
    return { ...best, by: "calls", confidence: form === null ? "medium" : "high" };
  }
  const [first, ...others] = candidates;
  if (form === null || first === undefined) return null;
  return {
    families: [first, ...others],
    confidence: "medium",
    by: "turns",
    sign: signOf(form, prompt + shown),
  };
}

/** Families that write turns in a form, those first that write none else as a rule. */
function familiesOf(form: TurnForm | null): readonly Family[] {
  if (form === null) return families;
  const all = families.filter(({ turns }) => turns.includes(form.id));
  return all.toSorted((a, b) => rank(a, form) - rank(b, form));
}

function rank(family: Family, form: TurnForm): number {
  return commonest.has(family.id) ? -1 : family.turns.indexOf(form.id);
}

/** What a text without a call is taken for, where the first family of its form is the rarer one. */
const commonest: ReadonlySet<string> = new Set(["gemma3-prompted", "granite4"]);

const longestHeader = 64;

/** A notation is taught early, and a policy keeps to what it writes: more would be searched for every record. */
const mostPrompt = 100_000;
const mostRest = 50_000;

/** What the prompt teaches counts more than any number of calls: those may be broken, and that is what we look for. */
const taught = 4;
const mostCounted = 3;

/** Headers that a template wrote don't say whose calls the text has; but families of other headers must show them. */
function bestSigns(
  candidates: readonly Family[],
  prompt: string,
  rest: string,
  likely: ReadonlySet<Family> = new Set(candidates),
): Pick<Written, "families" | "sign"> | null {
  const points = new Map<Family, number>();
  const signs = new Map<Family, string>();
  for (const { families: ids, holds, pattern, unless, shown } of callSigns) {
    const own = candidates.filter(({ id }) => ids.includes(id));
    if (own.length === 0) continue;
    const inPrompt = matches(prompt, holds, pattern);
    const inRest = matches(rest, holds, pattern);
    const sign = inPrompt[0] ?? inRest[0];
    if (sign === undefined) continue;
    if (unless !== undefined && [prompt, rest].some((text) => new RegExp(unless).test(text)))
      continue;
    for (const family of own) {
      if (inRest.length === 0 && !likely.has(family)) continue;
      const more = (inPrompt.length > 0 ? taught : 0) + inRest.length;
      points.set(family, (points.get(family) ?? 0) + more);
      if (!signs.has(family)) signs.set(family, shown ?? shorten(sign));
    }
  }
  const most = Math.max(0, ...points.values());
  const [first, ...others] = candidates.filter((family) => points.get(family) === most);
  if (most === 0 || first === undefined) return null;
  return { families: [first, ...others], sign: signs.get(first) ?? "" };
}

/** The first few matches. */
function matches(text: string, holds: string, pattern: string): readonly string[] {
  if (!text.includes(holds)) return [];
  const found: string[] = [];
  for (const [match] of text.matchAll(new RegExp(pattern, "g"))) {
    found.push(match);
    if (found.length === mostCounted) break;
  }
  return found;
}

function signOf(form: TurnForm, text: string): string {
  return form.signs.find((sign) => text.includes(sign)) ?? "";
}

function shorten(sign: string): string {
  const line = sign.trim().replaceAll(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}

function fromPolicy({ tokenizer, chatTemplate }: FamilyEvidence): FamilyGuess | null {
  const spoken = fromTokenizer(tokenizer);
  const written = fromTemplate(chatTemplate);
  if (spoken === null || written === null) return spoken ?? written;
  // One vocabulary serves several notations (Qwen3 and Qwen3-Coder), so the template may tell more.
  const isSameBase = spoken.family.turns.some((form) => written.family.turns.includes(form));
  const isOther = spoken.family.calls.kind !== written.family.calls.kind;
  return isSameBase && isOther ? written : spoken;
}

function fromTokenizer(tokenizer: Tokenizer | null): FamilyGuess | null {
  if (tokenizer === null) return null;
  const known = spokenBy.get(tokenizer);
  if (known !== undefined) return known;
  const guess = readTokenizer(tokenizer);
  spokenBy.set(tokenizer, guess);
  return guess;
}

// A file's records all ask the same of the same tokenizer and template.
const spokenBy = new WeakMap<Tokenizer, FamilyGuess | null>();
let last: { readonly template: string; readonly guess: FamilyGuess | null } | null = null;

function readTokenizer(tokenizer: Tokenizer): FamilyGuess | null {
  for (const [id, ...tokens] of tokenSigns) {
    if (!tokens.every((token) => tokenizer.idOf(token) !== null)) continue;
    const family = familyById(id);
    if (family === null) continue;
    const thinks = family === qwen25Hermes ? ", but not <think>" : "";
    const reason = `the tokenizer has ${tokens.join(" and ")}${thinks}`;
    return { family, confidence: "high", reason };
  }
  return null;
}

function fromTemplate(template: string | null): FamilyGuess | null {
  if (template === null) return null;
  if (last?.template === template) return last.guess;
  // Line ends stand in a template's strings as two characters.
  const text = template.replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\"`, '"');
  const form = turnFormOf(text, []);
  const candidates = familiesOf(form);
  const best = bestSigns(candidates, text, "");
  const guess = best === null ? null : ofTemplate(best, text);
  last = { template, guess };
  return guess;
}

function ofTemplate(best: Pick<Written, "families" | "sign">, text: string): FamilyGuess {
  const [first] = best.families;
  const thinks = text.includes("<think>");
  const plain = first === qwen3Hermes && !thinks && best.families.includes(qwen25Hermes);
  const family = plain ? qwen25Hermes : first;
  const thinking = first === qwen3Hermes ? ` ${thinks ? "and" : "without"} <think>` : "";
  return { family, confidence: "high", reason: `the chat template writes ${best.sign}${thinking}` };
}
