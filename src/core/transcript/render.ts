import {
  concatMapped,
  firstByte,
  sliceMapped,
  templateText,
  type MappedText,
} from "../text/source-map.ts";
import type { Message, Tools } from "../trajectory/trajectory.ts";
import { parseTemplate, renderBounded, type TemplateProgram } from "./bounded-template.ts";
import { findLeaves, type PlainRendering } from "./find-leaves.ts";
import type { LeafSpan } from "./provenance.ts";
import { templateVariables, type Leaf, type TemplateInput } from "./template-input.ts";
import { locateTurns } from "./template-turns.ts";
import type { Rendering } from "./turn-list.ts";

/** Messages that go through a template: it is interpreted, and twice. More take our own, which is one pass. */
const mostMessages = 2000;
/** Characters of messages that go through a template. */
const mostCharacters = 8 * 1024 * 1024;

/**
 * Render messages by a Jinja chat template and find where each string of them landed. The text is always that of a plain
 * rendering; only the positions come from one with markers, and only where both agree. A string says why it failed.
 */
export function renderTemplate(
  source: string,
  messages: readonly Message[],
  tools: Tools,
): Rendering | string {
  if (messages.length > mostMessages) return `there are ${messages.length} messages`;
  const characters = messages.reduce(
    (sum, message) => sum + (message.content?.text.length ?? 0),
    0,
  );
  if (characters > mostCharacters) return `the messages have ${characters} characters`;
  try {
    const program = parseTemplate(source);
    // A template that asks writes text arguments as they are; any other would escape them as one JSON string.
    const textArguments = /arguments\s+is\s+string/.test(source);
    return renderProgram(program, { messages, tools, textArguments });
  } catch (error) {
    // A template is a program from outside: whatever it throws is a fact about it.
    return error instanceof Error ? error.message : String(error);
  }
}

function renderProgram(program: TemplateProgram, input: TemplateInput): Rendering {
  const plain = renderPlain(program, input);
  const outer = widen(outermost(findLeaves(program, input, plain)), plain);
  return {
    text: mapText(plain.text, plain.leaves, outer),
    turns: locateTurns(plain.text, input.messages, messageSpans(outer, plain.leaves)),
  };
}

function renderPlain(program: TemplateProgram, input: TemplateInput): PlainRendering {
  const leaves: Leaf[] = [];
  const variables = templateVariables(input, (leaf) => {
    leaves.push(leaf);
    return leaf.text.text;
  });
  return { text: renderBounded(program, variables), leaves };
}

/** Spans in order without those inside another, and each leaf once: a template may quote the system text again. */
function outermost(spans: readonly LeafSpan[]): readonly LeafSpan[] {
  const kept: LeafSpan[] = [];
  const seen = new Set<number>();
  let end = 0;
  for (const span of spans) {
    if (span.start < end || seen.has(span.leaf)) continue;
    kept.push(span);
    seen.add(span.leaf);
    end = span.end;
  }
  return kept;
}

/** Markers stand inside a leaf's white space; where the template kept that space, it is the leaf's too. */
function widen(spans: readonly LeafSpan[], { text, leaves }: PlainRendering): readonly LeafSpan[] {
  return spans.map((span, index) => {
    const own = leaves[span.leaf]?.text.text ?? "";
    const before = own.length - own.trimStart().length;
    const start = Math.max(spans[index - 1]?.end ?? 0, span.start - before);
    const end = Math.min(spans[index + 1]?.start ?? text.length, start + own.length);
    return text.slice(start, end) === own ? { ...span, start, end } : span;
  });
}

function mapText(text: string, leaves: readonly Leaf[], spans: readonly LeafSpan[]): MappedText {
  const pieces: MappedText[] = [];
  let at = 0;
  let byte = byteOfLeaf(leaves[spans[0]?.leaf ?? 0]);
  for (const span of spans) {
    const leaf = leaves[span.leaf];
    pieces.push(templateText(text.slice(at, span.start), byte));
    byte = byteOfLeaf(leaf);
    pieces.push(mapLeaf(text.slice(span.start, span.end), leaf, byte));
    at = span.end;
  }
  pieces.push(templateText(text.slice(at), byte));
  return concatMapped(pieces);
}

/** The leaf's own bytes where the template wrote it as it is; an escaped or cut one is only known as a whole. */
function mapLeaf(rendered: string, leaf: Leaf | undefined, byte: number): MappedText {
  const own = leaf?.text;
  const start = own?.text.indexOf(rendered) ?? -1;
  if (own === undefined || start === -1) return templateText(rendered, byte);
  return sliceMapped(own, start, start + rendered.length);
}

function byteOfLeaf(leaf: Leaf | undefined): number {
  return leaf ? firstByte(leaf.text.map) : 0;
}

/** Range from the first to the last leaf of each message; null for one that left no trace. */
function messageSpans(
  spans: readonly LeafSpan[],
  leaves: readonly Leaf[],
): ReadonlyMap<number, { readonly start: number; readonly end: number }> {
  const ranges = new Map<number, { readonly start: number; readonly end: number }>();
  for (const { leaf, start, end } of spans) {
    const message = leaves[leaf]?.message ?? -1;
    const range = ranges.get(message);
    ranges.set(message, { start: range?.start ?? start, end: Math.max(range?.end ?? 0, end) });
  }
  return ranges;
}
