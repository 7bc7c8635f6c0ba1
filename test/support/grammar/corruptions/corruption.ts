import type { RuleId } from "../../../../src/core/grammar/rule-id.ts";
import { healthyTurn, type HealthyTurn, type Wish } from "../healthy.ts";
import { offsetOf, textOf, type Part, type PartRole } from "../part.ts";
import { randomOf, type Random } from "../random.ts";
import type { Wire } from "../wires/wire.ts";

/** A turn with one thing wrong in it. Offsets are in the body. */
export interface Broken {
  readonly body: string;
  /** Offset of the first character that the grammar does not allow; where something is missing, the last there is. */
  readonly at: number;
  /** Other places that are as right; each needs a reason beside it. */
  readonly also?: readonly number[];
  /** Any place in this range is right: what is missing has no token of its own. */
  readonly within?: { readonly start: number; readonly end: number };
}

/** A kind of damage, the rule it belongs to, and the rules that may name it. */
export interface Corruption {
  readonly rule: RuleId;
  readonly name: string;
  /** Why it cannot be done to a family; null where it can. */
  readonly unfit: (wire: Wire) => string | null;
  /** Rules that name it rightly, `rule` among them. */
  readonly accepted: (wire: Wire) => readonly RuleId[];
  /** Why others than `rule` are accepted; required where they are. */
  readonly because?: string;
  readonly wish: Wish;
  /** Null where this turn gives no occasion; another is tried. */
  readonly damage: (turn: HealthyTurn, random: Random) => Broken | null;
}

/** A corrupted turn, ready to be judged. */
export interface Case extends Broken {
  readonly family: string;
  readonly corruption: Corruption;
  readonly label: string;
  readonly prompt: string;
  readonly thinkingOpen: boolean;
  readonly accepted: readonly RuleId[];
}

// Most turns give an occasion; where a dozen do not, the wish is at fault.
const maxTries = 60;

/** The `index`-th case of a corruption in a family; the same seed gives the same one. */
export function makeCase(wire: Wire, corruption: Corruption, seed: number, index: number): Case {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const label = `${corruption.rule}/${corruption.name}/${String(index)}/${String(attempt)}`;
    const turn = healthyTurn(wire, seed, label, { quotes: "none", long: 0.01, ...corruption.wish });
    const broken = corruption.damage(turn, randomOf(seed, `${wire.id}/${label}/damage`));
    if (!broken) continue;
    const { prompt, thinkingOpen } = turn;
    const accepted = corruption.accepted(wire);
    return { ...broken, family: wire.id, corruption, label, prompt, thinkingOpen, accepted };
  }
  throw new Error(`${wire.id} never gave an occasion for ${corruption.rule} ${corruption.name}`);
}

/** The usual case: one rule names it. */
export function only(rule: RuleId): (wire: Wire) => readonly RuleId[] {
  return () => [rule];
}

/** Joins parts and says where a part begins. */
export function brokenAt(parts: readonly Part[], index: number): Broken {
  return { body: textOf(parts), at: offsetOf(parts, index) };
}

/** A text that stops: what is missing is missing after its last character. */
export function stopped(parts: readonly Part[]): Broken {
  const body = textOf(parts);
  return { body, at: Math.max(0, body.length - 1) };
}

export function lastIndex(parts: readonly Part[], ...roles: readonly PartRole[]): number {
  return parts.findLastIndex(({ role }) => roles.includes(role));
}

export function firstIndex(parts: readonly Part[], ...roles: readonly PartRole[]): number {
  return parts.findIndex(({ role }) => roles.includes(role));
}

/** Without the turn's end. */
export function endless(parts: readonly Part[]): readonly Part[] {
  return parts.filter(({ role }) => role !== "turn-end");
}

/** Ends the parts with the turn's end, or says where they stop. */
export function endedAt(wire: Wire, parts: readonly Part[]): Broken {
  if (wire.turnEnd === null) return stopped(parts);
  const body = textOf(parts);
  return { body: body + wire.turnEnd, at: body.length };
}

/** The parts with another text at one place. */
export function replaced(parts: readonly Part[], index: number, text: string): readonly Part[] {
  return parts.map((part, at) => (at === index ? { ...part, text } : part));
}

/** A place in a string's middle, between two characters of which neither is half a surrogate or an escape. */
export function middleOf(text: string, random: Random): number {
  for (let attempt = 0; attempt < 20; attempt++) {
    const at = 1 + random.int(Math.max(1, text.length - 2));
    const around = text.slice(Math.max(0, at - 6), at);
    const inDelimiter = /<[^>]*$/.test(text.slice(0, at)) && text.slice(at).includes(">");
    if (!around.includes("\\") && !inDelimiter && !isHighSurrogate(text.charCodeAt(at - 1)))
      return at;
  }
  return 0;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
