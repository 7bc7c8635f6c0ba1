import { families } from "../../grammar/families.ts";
import type { Family } from "../../grammar/family.ts";
import { unreachable } from "../../result.ts";

/** What opens a call in the other grammars and means nothing in this one, as one expression; null where there is none. */
export function foreignOpeners(family: Family): RegExp | null {
  const known = expressions.get(family);
  if (known !== undefined) return known;
  const own = literalsOf(family);
  const foreign = new Set(
    families
      .flatMap(openersOf)
      .filter((text) => !own.some((literal) => literal.includes(text) || text.includes(literal))),
  );
  const escaped = [...foreign]
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const made = escaped.length === 0 ? null : new RegExp(escaped.join("|"), "g");
  expressions.set(family, made);
  return made;
}

const expressions = new WeakMap<Family, RegExp | null>();

/** Texts that nothing but a call begins with. A word, a search tag or a code fence is too ordinary to tell. */
function openersOf(family: Family): readonly string[] {
  if (family.machine === "text-tags" || family.id === "functionary-v3.2") return [];
  const markers = family.controls
    .filter(({ role }) => role === "call-begin" || role === "section-begin")
    .map(({ text }) => text);
  const tag = family.calls.kind === "tags" ? [family.calls.call.before] : [];
  const header = family.id === "gpt-oss-harmony" ? ["<|channel|>commentary to=functions."] : [];
  return [...markers, ...tag, ...header].filter((text) => /[<[]/.test(text));
}

function literalsOf(family: Family): readonly string[] {
  const { calls, controls } = family;
  const tags = calls.kind === "tags" ? [calls.call.before, calls.parameter.before] : [];
  return [...controls.map(({ text }) => text), ...tags].filter((text) => text.length > 3);
}

/** How the inside of a call begins in each notation; the name of the tool where it can be read. */
const bodies: readonly (readonly [notation: string, words: string, pattern: RegExp])[] = [
  [
    "fenced",
    "the function<｜tool▁sep｜>NAME notation of DeepSeek V3",
    /function<[|｜]tool[_▁]sep[|｜]>[\w.-]/y,
  ],
  [
    "separated",
    "the NAME<｜tool▁sep｜>{...} notation of DeepSeek V3.1",
    /[\w.-]{1,100}<[|｜]tool[_▁]sep[|｜]>\s*\{/y,
  ],
  [
    "json",
    "a JSON object",
    /\[?\s*\{\s*["'](?:name|tool_name|function|arguments|parameters)["']\s*:/y,
  ],
  [
    "args",
    "the NAME[ARGS]{...} notation of newer Mistral models",
    /[A-Za-z_][\w.-]{0,100}(?:\[CALL_ID\]\s*\w{1,40})?\[ARGS\]/y,
  ],
  ["name-first", "the NAME{...} notation", /[A-Za-z_][\w.-]{0,100}\s{0,3}\{\s*["}]/y],
  ["function-tag", "the <function=...> notation", /<function=[^\s<>=]{1,100}/y],
  ["function-tag", "the <parameter=...> notation", /<parameter=[^\s<>=]{1,100}/y],
  ["invoke-tag", "the <invoke name=...> notation", /<[\w:｜]{0,20}invoke\s+name=/y],
  ["key-value", "the <arg_key> notation", /(?:[\w.-]{1,100}\s*)?<arg_key>/y],
  [
    "pythonic",
    "a Python call",
    /\[?\s*[A-Za-z_][\w.]{0,100}\((?:\s*[A-Za-z_]\w{0,100}\s*=|\s*\))/y,
  ],
  ["gemma", "the call:NAME{...} notation", /call:[\w.-]{1,100}\{/y],
  ["numbered", "the functions.NAME:0 notation", /functions\.[\w.-]{1,100}:\d/y],
];

/** The notation, in words, that a call's inside begins in at `at` and that is not this family's; null where it is. */
export function foreignBody(family: Family, text: string, at: number): string | null {
  const own = notationsOf(family);
  for (const [notation, words, pattern] of bodies) {
    if (own.has(notation)) continue;
    pattern.lastIndex = at;
    if (pattern.test(text)) return words;
  }
  return null;
}

function notationsOf({ calls, machine }: Family): ReadonlySet<string> {
  switch (calls.kind) {
    case "json":
    case "pythonic":
    case "gemma":
    case "key-value":
      return new Set([calls.kind]);
    case "named-json":
      // Harmony's body is the arguments, and those may well have a "name".
      return new Set([
        calls.numbered ? "numbered" : "",
        machine === "harmony" ? "json" : "",
        calls.fenced ? "fenced" : "separated",
        "name-first",
        calls.nameEnd === "[ARGS]" ? "args" : "",
      ]);
    case "tags":
      return new Set([
        calls.call.before.includes("invoke") ? "invoke-tag" : "",
        functionTag(calls),
      ]);
    case "free-text":
    case "react":
      return new Set(bodies.map(([notation]) => notation));
    default:
      return unreachable(calls);
  }
}

function functionTag({ call }: { readonly call: { readonly before: string } }): string {
  return call.before === "<function=" ? "function-tag" : "";
}

/** The tool that a call-shaped text names within its first characters, in whatever notation; null where none. */
export function nameAfter(text: string, at: number): string | null {
  const found = anyName.exec(text.slice(at, at + 400));
  return found?.slice(1).find((name) => name !== undefined) ?? null;
}

const anyName = new RegExp(
  [
    String.raw`["'](?:name|tool_name)["']\s*:\s*["']([\w.:/-]{1,100})["']`,
    String.raw`<function=([^\s<>=]{1,100})`,
    String.raw`<function name="([\w.-]{1,100})`,
    String.raw`(?:invoke name|call tool)="([\w.-]{1,100})`,
    String.raw`functions\.([\w.-]{1,100})`,
    String.raw`call:([\w.-]{1,100})\{`,
    String.raw`([\w.-]{1,100})\s{0,4}(?:\[ARGS\]|<arg_key>|<｜tool▁sep｜>\s{0,4}[\{\x60])`,
    String.raw`function<｜tool▁sep｜>([\w.-]{1,100})`,
    String.raw`[\[>\s]([A-Za-z_][\w.]{0,100})\((?:\s*[A-Za-z_]\w{0,100}\s*=|\s*\))`,
  ].join("|"),
);
