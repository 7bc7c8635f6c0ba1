import type { Tools } from "../../trajectory/trajectory.ts";
import type { Transcript, Turn } from "../../transcript/transcript.ts";
import type { Declaration, DeclaredTool } from "./declaration.ts";
import { introductions } from "./declaration-forms.ts";
import { placesIn, readPlace } from "./declaration-places.ts";
import { readHeadedTools } from "./headed-tools.ts";
import { findJsonTools, mayDeclare } from "./json-tools.ts";
import { mergeTools } from "./merge-tools.ts";
import { readNamespaces } from "./namespaces.ts";
import { readOwnTools } from "./own-tools.ts";
import { readReactTools } from "./react-tools.ts";

/**
 * The tools that a transcript's own text declares: what its system and user turns say in the form of some template.
 * `declared` only where all of it was understood, `partial` where there may be tools besides.
 */
export function readDeclaredTools({ text, turns }: Pick<Transcript, "text" | "turns">): Tools {
  const found: Found = { tools: [], closes: false, failures: 0 };
  let begun = false;
  let left = mostUnits;
  for (const turn of turns) {
    if (turn.role === "assistant") begun = true;
    // What comes before the first answer is no result (`<|start_of_role|>tools`), whatever its header says.
    else if (turn.role !== "tool" || !begun) {
      const before = found.tools.length;
      readTurn(found, text.slice(0, turn.end), turn);
      // What a user announces may stand where no dump shows it.
      if (begun && before === found.tools.length && announcesMore(text, turn)) found.failures++;
    }
    // A search for tools may have found some.
    else if (found.failures === 0 && mayDeclare(text.slice(turn.start, turn.end))) found.failures++;
    left -= turn.sampled ? 0 : turn.end - turn.start;
    if (left > 0 && found.failures < mostFailures) continue;
    found.failures++;
    break;
  }
  const tools = mergeTools(found.tools);
  if (tools.length === 0) return { kind: "unknown" };
  return { kind: found.closes && found.failures === 0 ? "declared" : "partial", tools };
}

// Prompts with every tool of a large server are under a megabyte.
const mostUnits = 8 * 1024 * 1024;

// What cannot be read is read to its end each time.
const mostFailures = 20;

interface Found {
  readonly tools: DeclaredTool[];
  /** Some declaration is one that names all tools. */
  closes: boolean;
  /** How often something was not understood. */
  failures: number;
}

/** The Berkeley data's missing functions come so: "I have updated some more functions you can choose from". */
function announcesMore(text: string, { start, end }: Turn): boolean {
  return /\b(?:more|new|additional|updated) (?:functions?|tools?)\b/i.test(text.slice(start, end));
}

/** `text` goes up to the turn's end: no search runs on from turn to turn. */
function readTurn(found: Found, text: string, turn: Turn): void {
  const introduced = introducedAt(text, turn.start);
  let at = turn.start;
  for (const place of placesIn(text, turn)) {
    if (place.start < at) continue;
    if (found.failures >= mostFailures) return;
    readFree(found, text.slice(0, place.start), { from: at, introduced });
    const declaration = readPlace(text, place);
    keep(found, declaration, "closes");
    at = declaration.end;
  }
  readFree(found, text, { from: at, introduced });
}

function introducedAt(text: string, from: number): number {
  const places = introductions.map((words) => text.indexOf(words, from));
  return Math.min(...places.map((place) => (place < 0 ? Infinity : place)));
}

/** What no marker encloses: namespaces, headings, ReAct's lines, and objects that stand in the text. */
function readFree(
  found: Found,
  text: string,
  { from, introduced }: { readonly from: number; readonly introduced: number },
): void {
  const to = text.length;
  if (to - from < shortest) return;
  for (const namespace of readNamespaces(text, from)) keep(found, namespace, "closes");
  for (const one of [readHeadedTools(text, from), readReactTools(text, from)])
    if (one) keep(found, one, "closes");
  const own = readOwnTools(text, from);
  if (own) keep(found, own, "adds");
  const loose = findJsonTools(text, from, to);
  const first = loose.tools[0]?.declaredAt.start ?? -1;
  // The last bracket of an introduction may be the list's own.
  keep(found, loose, introduced <= first ? "closes" : "adds");
}

// No declaration is shorter.
const shortest = 16;

function keep(found: Found, { tools, whole }: Declaration, says: "closes" | "adds"): void {
  for (const tool of tools) found.tools.push(tool);
  if (!whole || found.tools.length > mostKept) found.failures++;
  else if (says === "closes" && tools.length > 0) found.closes = true;
}

const mostKept = 4000;
