import { part, textOf, type Part } from "../part.ts";
import type { Random } from "../random.ts";
import type { Wire } from "../wires/wire.ts";
import { brokenAt, firstIndex, lastIndex, only, replaced, type Corruption } from "./corruption.ts";

/** Markers that are broken, in a row, or another family's: F06, F17, F19, F24. */
export const markerCorruptions: readonly Corruption[] = [
  {
    rule: "F06",
    name: "a marker is misspelled",
    unfit: (wire) => (markersOf(wire).length > 0 ? null : "its markers are ordinary words"),
    accepted: only("F06"),
    wish: { after: "none" },
    damage({ wire, parts }, random) {
      const fit = parts.flatMap(({ role, text }, index) =>
        markerRoles.has(role) && markersOf(wire).includes(text.trim()) ? [index] : [],
      );
      if (fit.length === 0) return null;
      const at = random.pick(fit);
      const text = parts[at]?.text ?? "";
      return brokenAt(
        replaced(
          parts,
          at,
          text.replace(text.trim(), misspelled(text.trim(), at === parts.length - 1, random)),
        ),
        at,
      );
    },
  },
  {
    rule: "F17",
    name: "words in a header",
    unfit: unlessHeaders,
    accepted: only("F17"),
    wish: { calls: "some" },
    damage({ wire, parts }) {
      const words = "for the user";
      if (wire.id === "glimmer") {
        const header = parts.findIndex(({ text }) => text.endsWith(" to=functions<|message|>"));
        return inside(
          parts,
          header,
          (parts[header]?.text.length ?? 0) - "<|message|>".length,
          ` ${words}`,
          1,
        );
      }
      if (wire.id === "inkling") {
        const header = firstIndex(parts, "head-end");
        return inside(parts, header, parts[header]?.text.indexOf("<") ?? 0, ` ${words}`, 1);
      }
      const header = firstIndex(parts, "call-open");
      const at = parts[header]?.text.indexOf("<|channel|>commentary to=") ?? -1;
      return at < 0
        ? null
        : inside(parts, header, at + "<|channel|>commentary".length, ` ${words}`, 1);
    },
  },
  {
    rule: "F17",
    name: "a second channel",
    unfit: ({ id }) => (id === "gpt-oss-harmony" ? null : "its headers have no channel"),
    accepted: only("F17"),
    wish: {},
    damage({ parts }) {
      const header = parts.findIndex(({ text }) =>
        /<\|channel\|>(?:analysis|final)<\|message\|>$/.test(text),
      );
      const text = parts[header]?.text ?? "";
      return header < 0
        ? null
        : inside(parts, header, text.length - "<|message|>".length, "<|channel|>commentary", 0);
    },
  },
  {
    rule: "F17",
    name: "a channel that does not exist",
    unfit: ({ id }) => (id === "gpt-oss-harmony" ? null : "its headers have no channel"),
    accepted: only("F17"),
    wish: {},
    damage({ parts }) {
      const header = parts.findIndex(({ text }) => text.endsWith("final<|message|>"));
      const text = parts[header]?.text ?? "";
      return header < 0
        ? null
        : {
            ...inside(
              replaced(parts, header, text.replace("final", "")),
              header,
              text.indexOf("final"),
              "thoughts",
              0,
            ),
          };
    },
  },
  {
    rule: "F19",
    name: "the opener again and again",
    unfit: (wire) => (repeatable(wire) === null ? "no single token begins a call" : null),
    accepted: only("F19"),
    wish: { prose: "none", thought: "none" },
    damage({ wire }, random) {
      const marker = repeatable(wire) ?? "";
      const all = [
        // A turn of messages begins with a header.
        part("body", wire.id === "glimmer" ? " to=functions<|message|>" : ""),
        part("call-open", marker),
        part("call-open", marker.repeat(2 + random.int(4))),
      ];
      return { ...brokenAt(all, 2), body: textOf(all) + (wire.turnEnd ?? "") };
    },
  },
  {
    rule: "F19",
    name: "the turn's end again and again",
    unfit: ({ id, turnEnd }) =>
      turnEnd === null
        ? "it has no token that ends a turn"
        : id === "granite-20b-fc"
          ? "its end of text is what trainers pad with"
          : null,
    accepted: () => ["F19", "F18"],
    because: "The second one stands behind the turn's end, which is F18 as well.",
    wish: { calls: "none" },
    damage({ wire, parts }, random) {
      const end = wire.turnEnd ?? "";
      return brokenAt([...parts, part("turn-end", end.repeat(3 + random.int(3)))], parts.length);
    },
  },
  {
    rule: "F24",
    name: "a call in another family's markers",
    unfit: () => null,
    accepted: only("F24"),
    wish: { calls: "none" },
    damage({ wire, parts }, random) {
      const prose = lastIndex(parts, "prose");
      const block = random.pick(foreign.filter(({ shared }) => !shared.includes(wire.id)));
      return brokenAt(
        [
          ...parts.slice(0, prose + 1),
          part("space", "\n\n"),
          part("body", block.text),
          part("space", "\n"),
          ...parts.slice(prose + 1),
        ],
        prose + 2,
      );
    },
  },
  {
    rule: "F24",
    name: "another family's body in its own markers",
    unfit: ({ id }) =>
      jsonWrapped.includes(id) || tagWrapped.includes(id)
        ? null
        : "its calls do not stand between two plain markers",
    accepted: ({ id }) => (jsonWrapped.includes(id) ? ["F24", "F08"] : ["F24", "F13"]),
    because: "The first character is also no JSON (F08), or no tag (F13).",
    wish: { calls: "some", after: "none" },
    damage({ wire, parts }) {
      const open = firstIndex(parts, "call-open", "section-open");
      const close = firstIndex(parts, wire.id === "minimax-m2" ? "section-close" : "call-close");
      const body = jsonWrapped.includes(wire.id)
        ? "<function=search>\n<parameter=query>\nOslo\n</parameter>\n</function>"
        : '{"name": "search", "arguments": {"query": "Oslo"}}';
      const start =
        parts[open + 1]?.role === "space" && wire.id !== "glm-4.5" ? open + 2 : open + 1;
      const end = parts[close - 1]?.role === "space" ? close - 1 : close;
      return close < 0
        ? null
        : brokenAt([...parts.slice(0, start), part("body", body), ...parts.slice(end)], start);
    },
  },
];

const markerRoles: ReadonlySet<string> = new Set([
  "call-open",
  "call-close",
  "section-open",
  "section-close",
  "turn-end",
]);

/** Markers of a family that are one control token and no ordinary word, bare or in angle brackets. */
function markersOf({ id, opener, closer, turnEnd }: Wire): readonly string[] {
  return [opener, closer, turnEnd, sections[id] ?? null]
    .flatMap((marker) => (marker === null ? [] : [marker.trim()]))
    .filter(
      (marker) =>
        /^(?:[<[][^\s"]*[>\]]|\]<\][^\s"]*>)$/.test(marker) &&
        /[_|:｜]|TOOL|atem/.test(marker) &&
        !/^<\|(?:user|call|end|eom)\|>$/.test(marker),
    )
    .filter((marker) => !marker.includes("<|close|>") && !marker.includes("><"));
}

const sections: Readonly<Record<string, string>> = {
  "deepseek-dsml": "<｜DSML｜tool_calls>",
  "minimax-m2": "<minimax:tool_call>",
  "minimax-m3": "]<]minimax[>[<tool_call>",
  glimmer: "<atem:function_calls>",
  internlm2: "<|action_end|>",
};

/** One slip of the kinds that reports show: a bracket or a bar lost, a letter lost or twice. */
function misspelled(marker: string, isLast: boolean, random: Random): string {
  const kinds = [
    // At the very end a marker without its last sign is a text that stops.
    (text: string) => (isLast ? text : text.slice(0, -1)),
    (text: string) => text.replace(/[_▁:]/, ""),
    (text: string) => text.replace(/([a-z])([a-z])/i, "$2$1"),
    (text: string) => text.replace(/([a-z])/i, "$1$1"),
    (text: string) => text.replace("|", "||"),
    (text: string) => text.replace(/\|(?=>)/, ""),
    (text: string) => text.replace("_", "-"),
    (text: string) => text.replace("_", " "),
    (text: string) => text.replaceAll("｜", "|"),
    (text: string) => text.replace("▁", "_"),
    (text: string) => text.replace(/[a-z](?=[^a-z]*$)/i, ""),
  ];
  for (;;) {
    const wrong = random.pick(kinds)(marker);
    if (wrong !== marker) return wrong;
  }
}

function unlessHeaders({ id }: Wire): string | null {
  return ["gpt-oss-harmony", "inkling", "glimmer"].includes(id)
    ? null
    : "its messages have no headers that the policy writes";
}

/** Puts a text into a part; the break is `skip` characters into it. */
function inside(parts: readonly Part[], index: number, at: number, text: string, skip: number) {
  const whole = parts[index]?.text ?? "";
  const broken = brokenAt(
    replaced(parts, index, whole.slice(0, at) + text + whole.slice(at)),
    index,
  );
  return { ...broken, at: broken.at + at + skip };
}

/** A call's opener that is one token, or the section's. */
function repeatable({ id, opener }: Wire): string | null {
  if (id === "internlm2") return "<|action_start|>";
  if (["gigachat3", "functionary-v3.2", "gemma3-prompted", "function-tags"].includes(id))
    return null;
  return (
    sections[id] ?? (opener !== null && /^(?:<[^\s"]*>|\[[A-Z_]+\])$/.test(opener) ? opener : null)
  );
}

const jsonWrapped = [
  "qwen3-hermes",
  "qwen2.5-hermes",
  "hermes",
  "granite4",
  "smollm3",
  "ernie4.5",
  "internlm2",
];
const tagWrapped = ["qwen3-coder-xml", "seed-oss", "glm-4.5", "minimax-m2"];

/** Calls of other families, and the families whose own markers they share. */
const foreign: readonly { readonly text: string; readonly shared: readonly string[] }[] = [
  {
    text: '<tool_call>\n{"name": "search", "arguments": {"query": "Oslo"}}\n</tool_call>',
    shared: [
      ...jsonWrapped.filter((id) => id !== "internlm2"),
      "qwen3-coder-xml",
      "glm-4.5",
      "minimax-m3",
      "minimax-m2",
      "seed-oss",
      "xlam",
      "granite3",
      "phi4-mini",
      "gemma4",
      "hunyuan-a13b",
      "jamba",
    ],
  },
  {
    text: '[TOOL_CALLS] [{"name": "search", "arguments": {"query": "Oslo"}}]',
    shared: ["mistral", "mistral-args", "xlam"],
  },
  {
    text: '<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{"query": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
    shared: ["kimi-k2", "step3", "sarashina", "gemma4", "lfm2", "phi4-mini", "granite3"],
  },
];
