import type { CallBody } from "./call-body.ts";
import type { CodeCalls } from "./family.ts";
import { afterSpace, type Machine } from "./machine.ts";
import { nextMarker, type Marker } from "./markers.ts";
import { readPythonic } from "./read-pythonic.ts";

/**
 * Source code after a marker that allows it: a call of a tool of the model's own (`brave_search.call(query="…")`), or a
 * script for the interpreter. Null where what comes is the family's usual call, a declared tool's name, or nothing, and
 * where the prompt allows no code.
 */
export function readCode(machine: Machine, opener: Marker): CallBody | null {
  const { source, prompt } = machine;
  const { code, controls } = source.family;
  if (!code || controls[opener.control]?.text !== code.opener || !prompt.holds(code.sign))
    return null;
  const at = afterSpace(source.text, opener.end);
  return readTool(machine, code, opener.end) ?? readScript(machine, code, { opener, at });
}

/** `TOOL.call(query="…")`; its name is the tool's. */
function readTool({ source, runs }: Machine, code: CodeCalls, from: number): CallBody | null {
  const at = afterSpace(source.text, from);
  const tool = code.tools.find((name) => source.text.startsWith(`${name}.call(`, at));
  if (tool === undefined) return null;
  const body = readPythonic(source, from, { kind: "pythonic", layout: "lines" }, runs);
  const name = { text: tool, start: at, end: at + tool.length };
  const calls = body.calls.map((call) => ({ ...call, name, isBuiltIn: true as const }));
  return { ...body, calls };
}

/** Nothing says where a script is complete, so whatever ends it does. */
function readScript(
  { source, runs, toolNames }: Machine,
  { interpreter }: CodeCalls,
  { opener, at }: { readonly opener: Marker; readonly at: number },
): CallBody | null {
  const { text } = source;
  const closer = nextMarker(source, at);
  const end = closer?.start ?? text.length;
  const written = text.slice(at, end).trimEnd();
  if (written === "" || /^[{["']/.test(written)) return null;
  const called = /^([A-Za-z_][\w.]*)\(/.exec(written)?.[1];
  if (called !== undefined && (toolNames?.has(called) ?? false)) return null;
  runs.enter("call-body", at);
  const { start } = opener;
  return {
    start: opener.end,
    end,
    closer,
    nearCloser: null,
    verdict: "valid",
    error: null,
    done: at + written.length,
    calls: [
      {
        start: at,
        end,
        // Its marker is all that names it.
        name: { text: interpreter, start, end: opener.end },
        arguments: { start: at, end: at + written.length, value: { code: written } },
        argumentRanges: new Map([["code", { start: at, end: at + written.length }]]),
        fault: null,
        isBuiltIn: true,
      },
    ],
    opens: "a JSON object: {",
  };
}
