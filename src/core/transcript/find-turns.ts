import type { Role, SpecialTokens, WirePiece } from "../trajectory/trajectory.ts";
import { literal } from "./patterns.ts";
import { stripped, strippedGlm } from "./stripped-form.ts";
import type { Turn } from "./transcript.ts";
import type { TurnStyle } from "./turn-form.ts";
import { turnFormOf } from "./turn-forms.ts";
import { speakerOf } from "./turn-list.ts";
import { wireFormOf, type Boundary, type Header, type WireForm } from "./wire-form.ts";

/** A stretch of the text and who wrote it; stretches tile the text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly author: WirePiece["author"];
}

/**
 * Find the turns of a wire text. Turns tile the text. A user turn that holds `<tool_response>` has role `tool`, since that
 * is who speaks. A text without any header is one turn a stretch: the user's for the environment, a sampled one for the policy.
 */
export function findTurns(
  { text, stretches, specialTokens }: WireText,
  style: TurnStyle,
): readonly Turn[] {
  const finder = new TurnFinder(text, formOf(text, specialTokens, style), style.thinkBegins);
  for (const stretch of stretches) finder.read(stretch);
  return finder.finish();
}

/** Wire text and what the file says of it. */
export interface WireText {
  readonly text: string;
  readonly stretches: readonly Stretch[];
  readonly specialTokens: SpecialTokens;
}

/** The form that a text is written in, as its markers tell. */
export function formOf(text: string, specialTokens: SpecialTokens, style: TurnStyle): WireForm {
  const form = turnFormOf(text, style.forms);
  // In a stripped ChatML text the markers that are left are somebody's words; DeepSeek's are no special tokens and stay.
  if (form === null && style.forms.includes("glm")) return strippedGlm;
  if (form === null || (specialTokens === "stripped" && form.id === "chatml")) return stripped;
  return wireFormOf(form, style.injection);
}

interface OpenTurn {
  role: Role;
  sampled: boolean;
  readonly start: number;
  bodyStart: number;
  /** Where the policy's text ended; null while it may go on. */
  bodyEnd: number | null;
  thinkingOpen: boolean;
}

class TurnFinder {
  readonly #text: string;
  readonly #form: WireForm;
  readonly #turns: Turn[] = [];
  #open: OpenTurn | null = null;
  /** What the prompt put after its last header: a template that opens thinking does it in every turn. */
  #prefill = "";
  readonly #opensThinking: RegExp;

  constructor(text: string, form: WireForm, thinkBegins: readonly string[]) {
    this.#text = text;
    this.#form = form;
    const begins = thinkBegins.length === 0 ? "(?!)" : thinkBegins.map(literal).join("|");
    this.#opensThinking = new RegExp(`(?:${begins})\\s*$`);
  }

  read({ start, end, author }: Stretch): void {
    // The policy may write nothing at all: that is a turn too, and a collapsed one.
    if (author === "policy" || start === end) this.#readPolicy(start, end, author);
    else if (author === "environment") this.#readEnvironment(start, end);
    else this.#readMixed(start, end);
  }

  finish(): readonly Turn[] {
    this.#close(this.#text.length);
    return this.#turns;
  }

  #readEnvironment(start: number, end: number): void {
    const first = this.#form.nextHeader(this.#text, start, end);
    const before = this.#text.slice(start, first?.start ?? end);
    // White space and turn ends belong to the turn they close; other text without a header is an answer.
    const closesOnly = this.#form.closesOnly(before);
    const isFirst = this.#turns.length === 0 && this.#open === null;
    const continues =
      closesOnly || this.#open?.sampled === false || (isFirst && isPreamble(before));
    if (!continues) {
      const ended = this.#form.roleAfterEnd(this.#text, start);
      this.#begin(isFirst ? this.#form.preamble : (ended ?? "tool"), start, start);
    }
    for (let header = first; header !== null;) {
      this.#meet(header);
      header = this.#form.nextHeader(this.#text, header.end, end);
    }
  }

  #readPolicy(start: number, end: number, author: Stretch["author"]): void {
    if (author === "environment") return;
    this.#beginSampled(start);
    if (this.#open !== null) this.#open.bodyEnd = this.#form.ownEnd(this.#text, start, end);
  }

  #readMixed(start: number, end: number): void {
    let at = start;
    const first = this.#form.nextHeader(this.#text, start, end);
    const isFirst = this.#turns.length === 0 && this.#open === null;
    // DeepSeek's system prompt has no header.
    const hasPreamble =
      isFirst && first !== null && first.start > start && this.#form.preamble === "system";
    const beginsTurn =
      first !== null &&
      (first.start === start ||
        hasPreamble ||
        (isFirst && isPreamble(this.#text.slice(start, first.start))));
    if (this.#open?.role !== "assistant" && beginsTurn) {
      if (hasPreamble) this.#begin(this.#form.preamble, start, start);
      at = this.#readAnswer({ headerStart: start, injected: null }, end);
    }
    while (at < end) {
      this.#beginSampled(at);
      const boundary = this.#form.nextBoundary(this.#text, at, end);
      if (this.#open !== null) {
        this.#open.bodyEnd = boundary?.bodyEnd ?? this.#form.ownEnd(this.#text, at, end);
      }
      at = boundary === null ? end : this.#readAnswer(boundary, end);
    }
  }

  /** The environment's turns up to the policy's next one; gives where that one's body begins. */
  #readAnswer(
    { headerStart, injected }: Pick<Boundary, "headerStart" | "injected">,
    end: number,
  ): number {
    let header = injected ?? this.#form.nextHeader(this.#text, headerStart, end);
    while (header !== null) {
      this.#meet(header);
      if (header.role === "assistant") {
        const opened = this.#prefill !== "" && this.#text.startsWith(this.#prefill, header.end);
        return opened ? Math.min(end, header.end + this.#prefill.length) : header.end;
      }
      header = this.#form.nextHeaderInAnswer(this.#text, header.end, end);
    }
    return end;
  }

  /** Policy text begins: in the turn whose header the environment wrote, or in one of its own. */
  #beginSampled(at: number): void {
    const open = this.#open;
    if (open === null || open.role !== "assistant" || this.#isOver(open, at)) {
      this.#begin("assistant", at, at);
    }
    if (this.#open === null || this.#open.sampled) return;
    const prefill = this.#text.slice(this.#open.bodyStart, at);
    if (prefill !== "") this.#prefill = prefill;
    this.#open.sampled = true;
    this.#open.bodyStart = at;
    this.#open.thinkingOpen = this.#opensThinking.test(prefill);
  }

  #isOver(open: OpenTurn, at: number): boolean {
    if (open.bodyEnd !== null && open.bodyEnd < at) return true;
    return this.#form.endsTurn(this.#text.slice(open.bodyStart, at), at - open.bodyStart);
  }

  /** A header of the environment's writing; the policy's next message belongs to the turn that is open. */
  #meet({ role, start, end }: Header): void {
    const goesOn = this.#form.joins && role === "assistant" && this.#open?.role === "assistant";
    if (goesOn) return;
    // A token may end the policy's turn and begin the next one: it stays where it was sampled.
    const own = this.#open?.sampled === true ? (this.#open.bodyEnd ?? start) : start;
    this.#begin(role, Math.max(start, Math.min(own, end)), end);
  }

  #begin(role: Role, start: number, bodyStart: number): void {
    this.#close(start);
    // Whatever stands before the first turn is in it: turns tile the text.
    const from = this.#turns.length === 0 ? 0 : start;
    this.#open = {
      role,
      sampled: false,
      start: from,
      bodyStart,
      bodyEnd: null,
      thinkingOpen: false,
    };
  }

  #close(end: number): void {
    const open = this.#open;
    if (open === null || (open.start === end && !open.sampled)) return;
    const bodyEnd =
      open.sampled && open.bodyEnd !== null
        ? open.bodyEnd
        : this.#form.closedBodyEnd(this.#text, open.bodyStart, end);
    this.#turns.push({
      index: this.#turns.length,
      role: speakerOf(open.role, this.#text.slice(open.bodyStart, bodyEnd)),
      sampled: open.sampled,
      start: open.start,
      end,
      bodyStart: Math.min(open.bodyStart, end),
      bodyEnd: Math.min(bodyEnd, end),
      thinkingOpen: open.thinkingOpen,
    });
    this.#open = null;
  }
}

/** Text before the first header that is no turn: a begin-of-text tokens. */
function isPreamble(text: string): boolean {
  return /^\s*(?:(?:<[^<>\s]{1,32}>|\[gMASK\]|\]~!b\[)\s*){0,3}$/.test(text);
}
