import { valueOfJson } from "../../text/json.ts";
import { mostTools, toolName, type Declaration, type DeclaredTool } from "./declaration.ts";
import { plainType } from "./plain-type.ts";

/**
 * `<function>\n<name>f</name>\n<parameters>\n<parameter>\n<name>k</name>\n<type>string</type> …` of Qwen3-Coder, Nemotron 3
 * and Step 3.5. Descriptions stand in it as they are, so a tag counts only where the template writes one.
 */
export function readTaggedTools(text: string, from: number, to: number): Declaration {
  const tools: DeclaredTool[] = [];
  const block = text.slice(from, to);
  let whole = true;
  const opening = /<function>\s{0,8}<name>/g;
  const starts = [...block.matchAll(opening)].slice(0, mostTools).map(({ index }) => index);
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? block.length;
    const written = block.slice(start, end);
    const name = /^<function>\s{0,8}<name>([^<\n]{1,200})<\/name>/.exec(written)?.[1]?.trim() ?? "";
    if (!toolName.test(name) || !written.includes("</function>")) whole = false;
    if (!toolName.test(name)) continue;
    tools.push({
      name,
      parameters: schemaIn(written),
      declaredAt: { start: from + start, end: from + start + written.trimEnd().length },
    });
  }
  return { tools, whole: whole && starts.length < mostTools, end: to };
}

function schemaIn(written: string): unknown {
  const parameters = written.split(/\n<parameter>\s{0,8}<name>/);
  const first = parameters.shift() ?? "";
  if (parameters.length === 0) return first.includes("<parameters>") ? { type: "object" } : null;
  const tail = parameters.at(-1)?.split("</parameter>").at(-1) ?? "";
  const required = valueOfJson(/<required>(\[[^\]]{0,20000}\])<\/required>/.exec(tail)?.[1] ?? "");
  const properties = Object.fromEntries(parameters.map(property));
  return { type: "object", properties, ...(Array.isArray(required) ? { required } : {}) };
}

function property(written: string): readonly [string, unknown] {
  const [name = ""] = written.split("</name>", 1);
  const type = /^\s{0,8}<type>([^<]{1,80})<\/type>/.exec(written.slice(name.length + 7))?.[1] ?? "";
  // The description before it may hold anything.
  const described = written.lastIndexOf("</description>");
  const extra = written.slice(Math.max(0, described));
  const values = valueOfJson(/<enum>(\[[^\n]{0,20000}\])<\/enum>/.exec(extra)?.[1] ?? "");
  return [
    name.trim(),
    { ...plainType(type.trim()), ...(Array.isArray(values) ? { enum: values } : {}) },
  ];
}
