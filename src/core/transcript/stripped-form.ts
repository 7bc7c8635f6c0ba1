import { matchFrom } from "./patterns.ts";
import { roleOfWord } from "./turn-form.ts";
import type { WireForm } from "./wire-form.ts";

/**
 * `system\n...\nuser\n...\nassistant\n`: the role words are all that is left (veRL dumps). Llama's
 * have no line of their own (`...!user\n\n`). Between the policy's turns only a turn with a tool's answer is told apart;
 * any other role word may be the policy's text.
 */
export const stripped: WireForm = {
  nextHeader(text, from, to) {
    const match = firstIn(header, text, from, to);
    if (match === null) return null;
    const end = match.index + match[0].length;
    return { start: match.index, end, role: roleOfWord(match[1] ?? match[2] ?? "") };
  },
  // Only after the answer's end: a role word inside it is the tool's text.
  nextHeaderInAnswer(text, from, to) {
    const match = firstIn(headerInAnswer, text, from, to);
    if (match === null) return null;
    return { start: match.index, end: match.index + match[0].length, role: "assistant" };
  },
  nextBoundary(text, from, to) {
    const match = firstIn(answer, text, from, to);
    if (match === null) return null;
    const headerStart = match.index + match[0].length;
    return { bodyEnd: match.index, headerStart, injected: null };
  },
  closedBodyEnd: (text, bodyStart, end) =>
    end > bodyStart && text.charAt(end - 1) === "\n" ? end - 1 : end,
  ownEnd: (_text, _from, to) => to,
  endsTurn: () => false,
  roleAfterEnd: () => null,
  closesOnly: (text) => text.trim() === "",
  joins: false,
  preamble: "user",
};

const header =
  /(?<=^|\n)(system|user|assistant|tool)\n|(?<![A-Za-z_ ])(system|user|assistant|ipython)\n\n/g;
const headerInAnswer = /(?<=<\/tool_response>\n{1,2})assistant\n|(?<![A-Za-z_ ])assistant\n\n/g;
const answer =
  /(?:^|(?<=\n)|\n)(?=(?:user|tool)\n\s*<tool_response>)|(?<![A-Za-z_ ])(?=ipython\n\n)/g;

/**
 * GLM's roles are special tokens and leave nothing, its tags are not and stay: what follows a call as a result was the
 * environment's, and the policy goes on behind the last of them.
 */
export const strippedGlm: WireForm = {
  ...stripped,
  nextHeaderInAnswer(text, from, to) {
    const match = firstIn(behindResults, text, from, to);
    if (match === null) return null;
    const at = match.index + match[0].length;
    return { start: at, end: at, role: "assistant" };
  },
  nextBoundary(text, from, to) {
    const match = firstIn(results, text, from, to);
    if (match === null) return null;
    const at = match.index + match[0].length;
    return {
      bodyEnd: match.index,
      headerStart: at,
      injected: { start: at, end: at, role: "tool" },
    };
  },
};

const results = /(?<=<\/tool_call>)\s*(?=<tool_response>)/g;
const behindResults = /<\/tool_response>\s*(?!\s*<tool_response>)/g;

// The text is cut at `to` before it is searched: a file of many small stretches must not be read to its end for each.
function firstIn(pattern: RegExp, text: string, from: number, to: number): RegExpExecArray | null {
  return matchFrom(pattern, text.slice(0, to), from);
}
