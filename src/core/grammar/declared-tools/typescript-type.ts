/** A schema, and where its text ends; null where the text is no such type. */
export interface TypeAt {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly end: number;
}

/**
 * A TypeScript type as Harmony, Kimi K2.5 and Functionary declare arguments: names of types, literals, objects, lists and
 * unions of them. What it does not constrain (`any`) is an empty schema.
 */
export function typeAt(text: string, from: number, depth = 0): TypeAt | null {
  if (depth > deepest) return null;
  const members: Record<string, unknown>[] = [];
  let at = afterBlank(text, from);
  // A union may begin with its bar.
  if (text[at] === "|") at = afterBlank(text, at + 1);
  for (;;) {
    const member = listOf(text, oneAt(text, at, depth));
    if (!member) return null;
    members.push(member.schema);
    const next = afterBlank(text, member.end);
    if (text[next] !== "|") return { schema: union(members), end: member.end };
    at = afterBlank(text, next + 1);
  }
}

// Arguments of real tools nest to about six.
const deepest = 24;

function oneAt(text: string, at: number, depth: number): TypeAt | null {
  if (text[at] === "{") return objectTypeAt(text, at, depth);
  if (text[at] === "(") {
    const inner = typeAt(text, at + 1, depth + 1);
    const end = inner ? afterBlank(text, inner.end) : -1;
    return inner && text[end] === ")" ? { ...inner, end: end + 1 } : null;
  }
  const literal = take(/"(?:[^"\\\n]|\\.){0,2000}"|-?\d[\d.]{0,40}(?![\w.])/y, text, at);
  if (literal !== null) {
    const value = literalValue(literal);
    return value === undefined ? null : { schema: { enum: [value] }, end: at + literal.length };
  }
  const word = take(/[A-Za-z]{1,20}/y, text, at);
  if (word === null) return null;
  const end = at + word.length;
  if (word === "Array" && text[end] === "<") {
    const items = typeAt(text, end + 1, depth + 1);
    return items && text[items.end] === ">"
      ? { schema: { type: "array", items: items.schema }, end: items.end + 1 }
      : null;
  }
  const schema = words.get(word);
  return schema ? { schema, end } : null;
}

const words: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ["string", { type: "string" }],
  ["number", { type: "number" }],
  ["integer", { type: "integer" }],
  ["boolean", { type: "boolean" }],
  ["null", { type: "null" }],
  ["true", { enum: [true] }],
  ["false", { enum: [false] }],
  ["object", { type: "object" }],
  ["Date", { type: "string" }],
  ["any", {}],
  ["unknown", {}],
]);

function literalValue(literal: string): unknown {
  try {
    return JSON.parse(literal) as unknown;
  } catch {
    return undefined;
  }
}

function listOf(text: string, item: TypeAt | null): TypeAt | null {
  let list = item;
  while (list && text.startsWith("[]", list.end))
    list = { schema: { type: "array", items: list.schema }, end: list.end + 2 };
  return list;
}

/** `{ key?: type, … }` with comments before and behind its members. */
function objectTypeAt(text: string, from: number, depth: number): TypeAt | null {
  const properties: [string, unknown][] = [];
  const required: string[] = [];
  let at = afterBlank(text, from + 1);
  while (text[at] !== "}") {
    const found = member.exec(text.slice(at, at + 400));
    if (!found) return null;
    const [head, quoted, bare, optional] = found;
    const type = typeAt(text, at + head.length, depth + 1);
    if (!type) return null;
    const key = quoted ?? bare ?? "";
    // `[key: string]: any`: any others, too.
    if (key !== "") properties.push([key, type.schema]);
    if (key !== "" && optional === undefined) required.push(key);
    const next = afterBlank(text, type.end);
    at = text[next] === "," || text[next] === ";" ? afterBlank(text, next + 1) : next;
  }
  return {
    schema: { type: "object", properties: Object.fromEntries(properties), required },
    end: at + 1,
  };
}

const member = /^(?:"([^"\n]{1,200})"|([\w$-]{1,200})|\[\w{1,40}: string\])(\?)?:/;

function union(members: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const [only, second] = members;
  if (only && !second) return { ...only };
  const values = members.map((each) => each["enum"]).filter((list) => Array.isArray(list));
  if (values.length === members.length) return { enum: values.flat() as readonly unknown[] };
  // What one alternative leaves open all of them do.
  return members.some((each) => Object.keys(each).length === 0) ? {} : { anyOf: members };
}

/** After white space and comments. */
function afterBlank(text: string, from: number): number {
  let at = from;
  for (let before = -1; before !== at;) {
    before = at;
    for (const pattern of blanks) {
      pattern.lastIndex = at;
      if (pattern.test(text)) at = pattern.lastIndex;
    }
  }
  return at;
}

const blanks = [/\s+/y, /\/\/[^\n]*/y];

function take(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
