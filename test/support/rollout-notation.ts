import type { RuleId, Severity } from "../../src/core/grammar/rule-id.ts";
import type { Family, State } from "../../src/core/grammar/family.ts";
import { states } from "../../src/core/grammar/family.ts";
import type { Break, Call, Structure, TurnState } from "../../src/core/grammar/structure.ts";
import { turnStates } from "../../src/core/grammar/structure.ts";
import type { Role } from "../../src/core/trajectory/trajectory.ts";
import type { Turn } from "../../src/core/transcript/transcript.ts";

export interface WrittenToken {
  readonly text: string;
  readonly start: number;
  readonly sampled: boolean;
  /** Index of the control it is, or -1. */
  readonly control: number;
  /** State before it. */
  readonly state: State;
  /** Probabilities written beside it, by control; -1 is the token itself where it is no control. */
  readonly probabilities: ReadonlyMap<number, number>;
}

export interface Written {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  readonly turns: readonly Turn[];
  readonly structures: readonly Structure[];
}

const warnings: ReadonlySet<string> = new Set(["F14", "F15", "F16", "F22"]);

/**
 * A rollout written down for a test. `@user` begins a turn, `@assistant polluted` one of the policy with its state
 * (left out: as its calls say). Lines below are its body. Within it:
 * `«<tool_call>=0.97»` is a token with its own probability, `«.~<tool_call>=0.31»` one at which a control is likely,
 * `⟦F02 expected: a string; says: Why.⟧` a break at the next token. The turn end of a policy's turn is written out; that of others is not.
 */
export function readNotation(notation: string, family: Family): Written {
  const reader = new Reader(family);
  for (const part of notation.split(/^@/m).slice(1)) {
    const newline = part.indexOf("\n");
    const [role = "user", state] = (newline < 0 ? part : part.slice(0, newline)).split(" ");
    const body = newline < 0 ? "" : part.slice(newline + 1).replace(/\n$/, "");
    reader.turn(role as Role, body, turnStates.find((each) => each === state) ?? null);
  }
  return reader;
}

const piece =
  /«(?<marked>[^»]+)»|⟦(?<rule>F\d\d)(?: (?<words>[^⟧]*))?⟧|(?<plain><[|/]?\w+[|]?>|\n| ?\w+|[^\w])/gu;

class Reader implements Written {
  text = "";
  readonly tokens: WrittenToken[] = [];
  readonly turns: Turn[] = [];
  readonly structures: Structure[] = [];
  readonly #family: Family;
  #breaks: Break[] = [];
  #pending: { readonly rule: string; readonly words: string }[] = [];
  #state: State = "outside";
  #depth = 0;

  constructor(family: Family) {
    this.#family = family;
  }

  turn(role: Role, body: string, given: TurnState | null): void {
    const index = this.turns.length;
    const sampled = role === "assistant";
    const start = this.text.length;
    this.#breaks = [];
    this.#state = "outside";
    this.#write(`<|im_start|>${role}\n`, false);
    const bodyStart = this.text.length;
    this.#state = sampled ? "turn-start" : "outside";
    this.#write(body, sampled);
    const bodyEnd = this.text.length;
    this.#break(null);
    this.#state = "outside";
    this.#write(sampled ? "\n" : "<|im_end|>\n", false);
    const end = this.text.length;
    this.turns.push({ index, role, sampled, start, end, bodyStart, bodyEnd, thinkingOpen: false });
    if (!sampled) return;
    const calls = callsIn(this.text, bodyStart, bodyEnd);
    const runs = { start: Uint32Array.of(bodyStart), state: Uint8Array.of(0), end: bodyEnd };
    const state = given ?? (calls.length > 0 ? "healthy-call" : "healthy-response");
    this.structures.push({ turn: index, runs, calls, breaks: this.#breaks, state, recoveries: [] });
  }

  #write(source: string, sampled: boolean): void {
    for (const { groups } of source.matchAll(piece)) {
      if (groups?.["rule"] !== undefined) {
        this.#pending.push({ rule: groups["rule"], words: groups["words"] ?? "" });
        continue;
      }
      const { text, probabilities } = this.#parse(
        groups?.["marked"] ?? null,
        groups?.["plain"] ?? "",
      );
      const control = this.#controlOf(text);
      this.#break({ text, control });
      const state = this.#state;
      const start = this.text.length;
      this.tokens.push({ text, start, sampled, control, state, probabilities });
      this.text += text;
      if (sampled) this.#step(text);
    }
  }

  #parse(marked: string | null, plain: string): Pick<WrittenToken, "text" | "probabilities"> {
    const probabilities = new Map<number, number>();
    if (marked === null) return { text: plain, probabilities };
    const [own = "", beside] = marked.split("~");
    const [, text = own, value] = beside === undefined ? (/^(.*)=([\d.]+)$/s.exec(own) ?? []) : [];
    if (value !== undefined) probabilities.set(this.#controlOf(text), Number(value));
    for (const [, control = "", number] of (beside ?? "").matchAll(/(\S+)=([\d.]+)/g)) {
      probabilities.set(this.#controlOf(control), Number(number));
    }
    return { text, probabilities };
  }

  #controlOf(text: string): number {
    return this.#family.controls.findIndex((control) => control.text === text);
  }

  #break(token: { readonly text: string; readonly control: number } | null): void {
    for (const { rule, words } of this.#pending) {
      const [, expected = ""] = /expected: ([^;]*)/.exec(words) ?? [];
      const [, came = ""] = /came: ([^;]*)/.exec(words) ?? [];
      const start = this.text.length;
      const severity: Severity = warnings.has(rule) ? "warning" : "error";
      this.#breaks.push({
        rule: rule as RuleId,
        severity,
        start,
        end: start + (token?.text.length ?? 0),
        state: this.#state,
        expected,
        came,
        control: token !== null && token.control >= 0 ? token.control : null,
        recoversAt: null,
        message: /says: (.*)/.exec(words)?.[1] ?? `Rule ${rule} says so.`,
      });
    }
    this.#pending = [];
  }

  /** A small machine of its own: enough for kinds and legality, not for telling breaks. */
  #step(text: string): void {
    const role = this.#family.controls.find((control) => control.text === text)?.role;
    if (role === "think-begin") this.#state = "think";
    else if (role === "think-end") this.#state = "after-think";
    else if (role === "call-begin") this.#state = "call-start";
    else if (role === "call-end") this.#state = "after-call";
    else if (role === "turn-end") this.#state = "ended";
    else if (this.#state.startsWith("call-")) this.#stepInCall(text);
    else if (this.#state !== "think" && states.includes(this.#state)) {
      if (text === "\n" && this.#state === "prose") this.#state = "line-start";
      else if (text.trim() !== "") this.#state = "prose";
    }
    if (role === "call-begin") this.#depth = 0;
  }

  #stepInCall(text: string): void {
    if (text === '"') this.#state = this.#state === "call-string" ? "call-body" : "call-string";
    if (this.#state === "call-string") return;
    if (text === "{") this.#depth++;
    if (text === "}") this.#depth--;
    if (text === "{") this.#state = "call-body";
    if (text === "}" && this.#depth <= 0) this.#state = "call-done";
  }
}

function callsIn(text: string, bodyStart: number, bodyEnd: number): Call[] {
  const calls: Call[] = [];
  const pattern = /<tool_call>((?:(?!<\/?tool_call>|<\|im_end\|>)[^])*)(<\/tool_call>)?/g;
  for (const match of text.slice(bodyStart, bodyEnd).matchAll(pattern)) {
    const [whole, body = "", close] = match;
    const start = bodyStart + match.index;
    const range = { start, end: start + whole.length };
    const value = parse(body);
    const name = typeof value?.["name"] === "string" ? value["name"] : null;
    calls.push({
      ...range,
      bodyStart: start + "<tool_call>".length,
      bodyEnd: start + "<tool_call>".length + body.length,
      closed: close !== undefined,
      body: body.trim() === "" ? "empty" : value ? "valid" : "invalid",
      name: name === null ? null : { text: name, ...range },
      arguments:
        value?.["arguments"] === undefined ? null : { value: value["arguments"], ...range },
      argumentRanges: null,
    });
  }
  return calls;
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
