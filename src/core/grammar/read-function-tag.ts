import type { CallBody } from "./call-body.ts";
import { scanJson } from "./json-body.ts";
import { afterSpace } from "./machine.ts";
import type { MarkerSource } from "./markers.ts";
import type { RunBuilder } from "./runs.ts";
import { jsonValue } from "../text/json-value.ts";

const close = "</function>";

/** Reads `NAME>{…}</function>`, the inside of a tag that began with `<function=`. */
export function readFunctionTag(source: MarkerSource, start: number, runs: RunBuilder): CallBody {
  const { text } = source;
  const nameEnd = text.indexOf(">", start);
  const name = { text: text.slice(start, nameEnd), start, end: nameEnd };
  runs.enter("call-name", start);
  const shape = { holds: "arguments", dialect: "json", ends: "itself", separated: "not" } as const;
  const json = scanJson(source, nameEnd + 1, shape, runs);
  const { closer, verdict, error, done } = json;
  const first = afterSpace(text, json.start);
  const value = done < 0 ? undefined : jsonValue(text.slice(first, done));
  const args = value === undefined ? null : { start: first, end: done, value };
  const after = done < 0 ? -1 : afterSpace(text, done);
  const isClosed = verdict === "valid" && text.startsWith(close, after);
  const end = isClosed ? after + close.length : json.end;
  return {
    start,
    end,
    closer: isClosed ? null : closer,
    nearCloser: null,
    // A name alone is no empty call.
    verdict: verdict === "empty" ? "truncated" : verdict,
    error,
    done,
    calls: [{ start, end, name, arguments: args, argumentRanges: null, fault: null }],
    opens: "a JSON object: {",
    ...(verdict === "valid" && !isClosed ? { unclosed: close } : {}),
  };
}
