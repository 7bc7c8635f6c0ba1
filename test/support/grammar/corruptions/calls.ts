import { part, type Part } from "../part.ts";
import {
  brokenAt,
  endedAt,
  endless,
  firstIndex,
  lastIndex,
  middleOf,
  only,
  stopped,
  type Corruption,
} from "./corruption.ts";
import { endsItself, isItsElement, isLiteral, syntaxOf } from "./traits.ts";

const callsOnly = { calls: "some", after: "none", kinds: ["string"] } as const;

/** Calls that are not closed, not begun, or begun twice: F01 to F05, and F07. */
export const callCorruptions: readonly Corruption[] = [
  {
    rule: "F01",
    name: "closing markers left out",
    unfit: (wire) =>
      endsItself(wire) && wire.id !== "llama-pythonic"
        ? "its calls have no end marker"
        : isItsElement(wire)
          ? "its end marker is the call's own tag: F13"
          : null,
    accepted: ({ id }) =>
      id === "gpt-oss-harmony" ? ["F01", "F17"] : id === "search-r1" ? ["F01", "F03"] : ["F01"],
    because:
      "Harmony: <|return|> outside of the final channel is a header's fault as well. Search-R1: a query has no form that could be complete, so the definitions of F01 and F03 say the same.",
    wish: callsOnly,
    damage({ wire, parts }) {
      const body = endless(parts);
      // Where the calls' own tags are what is read, only the section is left open.
      const isTags =
        syntaxOf(wire) === "tags" &&
        firstIndex(body, "section-close") >= 0 &&
        firstIndex(body, "inner-close") < 0;
      const from = isTags
        ? lastIndex(body, "section-close")
        : lastIndex(body, "call-close", "section-close");
      if (from < 0) return null;
      const kept = body.slice(0, from).findLastIndex(({ role }) => !closing.has(role));
      return endedAt(wire, body.slice(0, isTags ? from : kept + 1));
    },
  },
  {
    rule: "F01",
    name: "section left open",
    unfit: ({ id }) =>
      ["deepseek-v3", "deepseek-v3.1", "kimi-k2", "step3"].includes(id)
        ? null
        : "it has no section around calls with end markers of their own",
    accepted: only("F01"),
    wish: callsOnly,
    damage: ({ wire, parts }) => endedAt(wire, parts.slice(0, lastIndex(parts, "section-close"))),
  },
  {
    rule: "F01",
    name: "call not balanced at the turn's end",
    unfit: (wire) =>
      !endsItself(wire)
        ? "its calls have an end marker"
        : wire.id === "react"
          ? "its turns have no end token"
          : null,
    accepted: (wire) => (wire.turnEnd === null ? ["F01", "F07"] : ["F01", "F03"]),
    because:
      "F01 names unbalanced JSON of calls without an end marker, F03 the turn's end inside of a call, F07 JSON that the text's end cuts off: for these families all say the same.",
    wish: callsOnly,
    damage({ wire, parts }) {
      const close = lastIndex(parts, "body-close");
      return close < 0 ? null : endedAt(wire, parts.slice(0, close));
    },
  },
  {
    rule: "F02",
    name: "a call begins inside of a call",
    unfit: ({ id, opener }) =>
      ["gpt-oss-harmony", "inkling", "react"].includes(id)
        ? "a call is a message or a line of its own, which cannot stand in another"
        : opener === null
          ? "no marker begins a call"
          : null,
    accepted({ id }) {
      if (id === "gigachat3") return ["F02", "F03"];
      if (id === "functionary-v3.2") return ["F02", "F08"];
      return elementOpens.has(id) ? ["F02", "F13"] : ["F02"];
    },
    because:
      "Where a call begins with a tag, a tag too many is F13 as well. GigaChat's opener begins with the turn's end (F03). Functionary's is three signs that JSON does not allow (F08).",
    wish: callsOnly,
    damage({ wire, parts }) {
      const opener = restartOf(parts);
      const isQuery = syntaxOf(wire) === "text";
      // Inside the arguments, where a value is due or one was closed.
      const from = parts.findIndex(
        ({ role }, index) =>
          index > opener &&
          (role === "key-sep" || role === "value-close" || (isQuery && role === "value")),
      );
      if (opener < 0 || from < 0) return null;
      const before = parts.slice(0, from + 1);
      return brokenAt([...before, ...parts.slice(opener)], before.length);
    },
  },
  {
    rule: "F03",
    name: "turn ends right after the opener",
    unfit: ({ id, opener, turnEnd }) =>
      turnEnd === null
        ? "it has no token that ends a turn"
        : id === "functionary-v3.2"
          ? "the prompt writes the opener, so the turn is empty: F23"
          : id === "gemma3-prompted" || id === "phi4-mini"
            ? "its opener is text that begins a call only with what follows"
            : opener === null && !["gpt-oss-harmony", "inkling"].includes(id)
              ? "no marker begins a call"
              : null,
    accepted: ({ id }) =>
      id === "gpt-oss-harmony"
        ? ["F03", "F17"]
        : ["deepseek-v3", "deepseek-v3.1", "kimi-k2", "step3", "internlm2"].includes(id)
          ? ["F03", "F19"]
          : ["F03"],
    because:
      "With a section or a kind before it these are three control tokens in a row that make no legal path, which is F19. Harmony: <|return|> outside of the final channel is F17.",
    wish: { ...callsOnly, prose: "none", thought: "none" },
    damage({ wire, parts }) {
      const header = wire.opener === null ? firstIndex(parts, "separator", "head-end") : -1;
      const opener = header >= 0 ? header : firstIndex(parts, "call-open");
      const open = opener < 0 ? firstIndex(parts, "section-open") : opener;
      // A tag that holds the name is begun by its section.
      const last = !elementOpens.has(wire.id)
        ? open
        : Math.max(
            firstIndex(parts, "section-open"),
            isItsElement(wire) ? firstIndex(parts, "head-end") : -1,
          );
      return last < 0 ? null : endedAt(wire, parts.slice(0, last + 1));
    },
  },
  {
    rule: "F03",
    name: "turn ends in the arguments",
    unfit: ({ turnEnd }) => (turnEnd === null ? "it has no token that ends a turn" : null),
    accepted: (wire) =>
      wire.id === "gpt-oss-harmony"
        ? ["F03", "F17"]
        : endsItself(wire) || wire.id === "search-r1"
          ? ["F03", "F01"]
          : ["F03"],
    because:
      "F01 names unbalanced JSON of calls without an end marker, and a query without its end, in the same words. Harmony: <|return|> outside of the final channel is F17.",
    wish: callsOnly,
    damage({ wire, parts }, random) {
      const cut = cutArguments(parts, random.chance(0.5), (text) => middleOf(text, random));
      return cut ? endedAt(wire, cut) : null;
    },
  },
  {
    rule: "F04",
    name: "an end marker in prose",
    unfit: ({ closer }) => (closer === null ? "no marker ends a call" : null),
    accepted: ({ id }) => (id === "gpt-oss-harmony" ? ["F04", "F17"] : ["F04"]),
    because: "Harmony: <|call|> without a recipient is a fault of the header, too.",
    wish: { calls: "none" },
    damage({ wire, parts }) {
      const at = lastIndex(parts, "prose");
      return brokenAt(
        [
          ...parts.slice(0, at + 1),
          part("space", "\n"),
          part("call-close", wire.closer ?? ""),
          part("prose", "\nThat is all."),
          ...parts.slice(at + 1),
        ],
        at + 2,
      );
    },
  },
  {
    rule: "F04",
    name: "a call is closed twice",
    unfit: ({ id, closer }) =>
      closer === null
        ? "no marker ends a call"
        : id === "gpt-oss-harmony"
          ? "its <|call|> ends the turn: F18"
          : null,
    accepted: only("F04"),
    wish: { calls: "some", after: "none" },
    damage({ parts }) {
      const at = lastIndex(parts, "call-close", "section-close");
      const close = parts[at];
      if (!close) return null;
      return brokenAt(
        [...parts.slice(0, at + 1), part("space", "\n"), close, ...parts.slice(at + 1)],
        at + 2,
      );
    },
  },
  {
    rule: "F05",
    name: "wrapper left out",
    unfit: ({ id }) =>
      wrapped.has(id)
        ? null
        : "nothing inside of its calls is a marker: what is left is text (F26) or an end marker (F04)",
    accepted: ({ id }) =>
      ["glm-4.5", "minicpm5", "function-tags"].includes(id) ? ["F05", "F13"] : ["F05"],
    because:
      "What is left is an argument's tag where no call is, which is unbalanced markup (F13) as much as a missing opener.",
    wish: { ...callsOnly, thought: "none" },
    damage({ wire, parts }) {
      const open = firstIndex(parts, "section-open", "call-open");
      if (open < 0) return null;
      if (wire.id === "internlm2") {
        const kind = parts[open]?.text.replace("<|action_start|>", "") ?? "";
        const left = [...parts.slice(0, open), part("call-open", kind), ...parts.slice(open + 1)];
        return brokenAt(left, open);
      }
      // GLM, MiniCPM5, Mistral and ReAct lose the name's opener; what is left is the next marker.
      const next = parts.findIndex(
        ({ role }, index) =>
          index > open && (innerMarkers[wire.id] ?? ["call-open", "inner-open"]).includes(role),
      );
      const dropName = isItsElement(wire) || wire.id === "react";
      if (next < 0) return null;
      const left = [...parts.slice(0, open), ...parts.slice(dropName ? next : open + 1)];
      return brokenAt(left, dropName ? open : next - 1);
    },
  },
  {
    rule: "F07",
    name: "text stops in the arguments",
    unfit: (wire) => (syntaxOf(wire) === "text" ? "a query has no form that could be cut" : null),
    accepted: (wire) =>
      isLiteral(wire) ? (endsItself(wire) ? ["F07", "F01"] : ["F07"]) : ["F07", "F01", "F13"],
    because:
      "Tags are no JSON: an unclosed call is F01, a parameter without its end F13. Of calls without an end marker F01 names unbalanced JSON.",
    wish: callsOnly,
    damage({ parts }, random) {
      const cut = cutArguments(parts, random.chance(0.5), (text) => middleOf(text, random));
      return cut ? stopped(cut) : null;
    },
  },
  {
    rule: "F07",
    name: "text stops anywhere between name and end",
    unfit: (wire) => (syntaxOf(wire) === "text" ? "a query has no form that could be cut" : null),
    accepted: (wire) =>
      isLiteral(wire) ? (endsItself(wire) ? ["F07", "F01"] : ["F07"]) : ["F07", "F01", "F13"],
    because:
      "Tags are no JSON: an unclosed call is F01, a parameter without its end F13. Of calls without an end marker F01 names unbalanced JSON.",
    wish: callsOnly,
    damage({ parts }, random) {
      // Keys, separators, brackets and values; markers are left whole, since half a marker is F06 as well.
      const from = firstIndex(parts, "args-open", "value-open");
      const fit = parts.flatMap(({ role }, index) =>
        index >= from && stoppable.has(role) && index < firstClose(parts) ? [index] : [],
      );
      if (from < 0 || fit.length === 0) return null;
      const at = random.pick(fit);
      const text = parts[at]?.text ?? "";
      const end = text.length < 4 ? text.length : middleOf(text, random);
      return end === 0 ? null : stopped([...parts.slice(0, at), part("value", text.slice(0, end))]);
    },
  },
  {
    rule: "F02",
    name: "a call begins inside of a string",
    unfit: ({ id, opener }) =>
      [
        "qwen3-hermes",
        "qwen2.5-hermes",
        "hermes",
        "granite4",
        "smollm3",
        "ernie4.5",
        "internlm2",
      ].includes(id) && opener !== null
        ? null
        : "its calls are no single JSON object between two markers",
    accepted: only("F02"),
    wish: { ...callsOnly, prose: "none" },
    damage({ parts }, random) {
      const opener = restartOf(parts);
      const cut = cutArguments(parts, false, (text) => middleOf(text, random));
      return cut && opener >= 0 ? brokenAt([...cut, ...parts.slice(opener)], cut.length) : null;
    },
  },
];

const stoppable: ReadonlySet<string> = new Set([
  "args-open",
  "key",
  "key-sep",
  "member-sep",
  "value",
]);

/** Where the first call's body ends. */
function firstClose(parts: readonly Part[]): number {
  const close = firstIndex(parts, "args-close", "body-close", "call-close", "inner-close");
  return close < 0 ? parts.length : close;
}

const closing: ReadonlySet<string> = new Set(["call-close", "section-close", "space"]);

/** Openers that hold the name: `<invoke name="…">`. */
const elementOpens: ReadonlySet<string> = new Set([
  "deepseek-dsml",
  "kimi-k3",
  "minimax-m2",
  "minimax-m3",
  "minicpm5",
  "function-tags",
  "glimmer",
]);

const wrapped: ReadonlySet<string> = new Set([
  "deepseek-v3",
  "deepseek-v3.1",
  "deepseek-dsml",
  "kimi-k2",
  "kimi-k3",
  "minimax-m2",
  "minimax-m3",
  "step3",
  "glimmer",
  "qwen3-coder-xml",
  "seed-oss",
  "glm-4.5",
  "minicpm5",
  "function-tags",
  "mistral-args",
  "react",
  "internlm2",
]);

/** What is left of a call's markers without its opener, where it is not the call's or its element's own opener. */
const innerMarkers: Readonly<Record<string, readonly string[]>> = {
  "glm-4.5": ["key-open"],
  minicpm5: ["value-open"],
  "function-tags": ["value-open"],
  "mistral-args": ["separator"],
  react: ["separator"],
};

/** Where a call would begin anew: its own opener, or the section's where calls have none. */
function restartOf(parts: readonly Part[]): number {
  const call = firstIndex(parts, "call-open");
  return call >= 0 ? call : firstIndex(parts, "section-open");
}

/** ReAct's single argument may be a text of its own, which is whole wherever it stops. */
export function isFreeText(parts: readonly Part[]): boolean {
  return parts.some(({ text }) => text === "Action Input:") && firstIndex(parts, "args-open") < 0;
}

/** The parts up to a value, or to the middle of one. */
function cutArguments(
  parts: readonly Part[],
  beforeValue: boolean,
  middle: (text: string) => number,
): readonly Part[] | null {
  const index = firstIndex(parts, "value");
  const value = parts[index];
  if (!value || isFreeText(parts)) return null;
  const before = parts.slice(0, index);
  if (beforeValue && parts[index - 1]?.role === "key-sep") return before;
  const end = value.text.length < 4 ? 0 : middle(value.text);
  return end === 0 ? null : [...before, part("value", value.text.slice(0, end))];
}
