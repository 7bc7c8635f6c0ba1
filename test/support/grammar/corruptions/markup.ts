import { indicesOf, offsetOf, type Part } from "../part.ts";
import { brokenAt, firstIndex, lastIndex, only, replaced, type Corruption } from "./corruption.ts";
import { isItsElement, syntaxOf } from "./traits.ts";
import type { Wire } from "../wires/wire.ts";

const callsOnly = { calls: "some", after: "none", kinds: ["string"], spoil: plainStrings } as const;

function unlessTags(wire: Wire): string | null {
  return ["tags", "pairs"].includes(syntaxOf(wire)) ? null : "its arguments stand in no tags";
}

function unlessPairs(wire: Wire): string | null {
  return syntaxOf(wire) === "pairs" ? null : "its keys stand in no tags";
}

function unlessGemma(wire: Wire): string | null {
  return syntaxOf(wire) === "gemma" ? null : "its strings have no delimiter tokens";
}

/** Argument markup that is missing or leaks: F13. */
export const markupCorruptions: readonly Corruption[] = [
  {
    rule: "F13",
    name: "a value is not closed",
    unfit: unlessTags,
    accepted: only("F13"),
    wish: callsOnly,
    damage({ parts }) {
      const close = firstIndex(parts, "value-close");
      if (close < 0) return null;
      const left = replaced(
        parts,
        close,
        (parts[close]?.text ?? "").startsWith("]]>") ? "]]>" : "",
      );
      const next = left.findIndex(
        ({ role }, index) => index > close && role !== "space" && role !== "value",
      );
      return brokenAt(left, next);
    },
  },
  {
    rule: "F13",
    name: "a value is not opened",
    unfit: unlessTags,
    accepted: only("F13"),
    wish: callsOnly,
    damage({ parts }) {
      const open = firstIndex(parts, "value-open");
      return open < 0 ? null : brokenAt(replaced(parts, open, ""), open + 1);
    },
  },
  {
    rule: "F13",
    name: "a call's element is not closed",
    unfit: (wire) =>
      unlessTags(wire) ??
      (wire.id === "glm-4.5" || isItsElement(wire)
        ? "its call has no element inside its markers"
        : null),
    accepted: ({ id }) =>
      ["qwen3-coder-xml", "seed-oss", "step3"].includes(id) ? ["F13"] : ["F13", "F01"],
    because: "Where the element is what begins a call, a call is left open as well (F01).",
    wish: callsOnly,
    damage({ parts }) {
      const close =
        lastIndex(parts, "inner-close") >= 0
          ? lastIndex(parts, "inner-close")
          : lastIndex(parts, "call-close");
      const left = replaced(parts, close, "");
      const next = left.findIndex(({ role }, index) => index > close && role !== "space");
      return close < 0 || next < 0 ? null : brokenAt(left, next);
    },
  },
  {
    rule: "F13",
    name: "a key is not opened",
    unfit: unlessPairs,
    accepted: only("F13"),
    wish: callsOnly,
    damage({ parts }) {
      const open = firstIndex(parts, "key-open");
      if (open < 0) return null;
      const left = replaced(parts, open, "");
      // On a line of its own the key itself comes too early; behind the name it can be part of that.
      return { ...brokenAt(left, open + 2), also: [offsetOf(left, open + 1)] };
    },
  },
  {
    rule: "F13",
    name: "a key is not closed",
    unfit: unlessPairs,
    accepted: only("F13"),
    wish: callsOnly,
    damage({ parts }) {
      const close = firstIndex(parts, "key-sep");
      const left = replaced(parts, close, "");
      return close < 0
        ? null
        : brokenAt(
            left,
            left.findIndex(({ role }, index) => index > close && role === "value-open"),
          );
    },
  },
  {
    rule: "F13",
    name: "quotes instead of string delimiters",
    unfit: unlessGemma,
    accepted: only("F13"),
    wish: callsOnly,
    damage: ({ parts }) => delimited(parts, (inner) => `"${inner}"`),
  },
  {
    rule: "F13",
    name: "the opening delimiter is missing",
    unfit: unlessGemma,
    accepted: only("F13"),
    wish: callsOnly,
    damage: ({ parts }) => delimited(parts, (inner, delimiter) => inner + delimiter),
  },
  {
    rule: "F13",
    name: "the separator before the arguments is missing",
    unfit: ({ id }) =>
      ["mistral-args", "deepseek-v3.1", "kimi-k2"].includes(id)
        ? null
        : "no marker of its own stands between a name and its arguments",
    accepted: () => ["F13", "F08"],
    because:
      "It is a marker inside of a call (F13), and JSON comes where something else was due (F08).",
    wish: callsOnly,
    damage({ parts }) {
      const separator = firstIndex(parts, "separator");
      return separator < 0 ? null : brokenAt(replaced(parts, separator, ""), separator + 1);
    },
  },
];

function delimited(parts: readonly Part[], write: (inner: string, delimiter: string) => string) {
  const value = indicesOf(parts, "value").find((index) =>
    /^<(?:escape|\|"\|)>Oslo/.test(parts[index]?.text ?? ""),
  );
  if (value === undefined) return null;
  const text = parts[value]?.text ?? "";
  const delimiter = text.slice(0, text.indexOf(">") + 1);
  return brokenAt(
    replaced(parts, value, write(text.slice(delimiter.length, -delimiter.length), delimiter)),
    value,
  );
}

/** Strings in which nothing could be taken for a literal or for markup. */
function plainStrings<
  T extends { readonly entries: readonly { readonly value: unknown; readonly kind: string }[] },
>(call: T): T {
  return {
    ...call,
    entries: call.entries.map((entry) =>
      entry.kind === "string" ? { ...entry, value: "Oslo today" } : entry,
    ),
  };
}
