import type { JsonNode } from "../../text/json.ts";
import type { WirePiece } from "../../trajectory/trajectory.ts";
import { readText } from "../fields.ts";
import type { Notes } from "../notes.ts";

/** The two texts of a dump by their fields; one that is missing is a problem. None where there is neither. */
export function readPieces(
  root: JsonNode,
  keys: { readonly prompt: string; readonly completion: string },
  notes: Notes,
): readonly WirePiece[] {
  const prompt = readText(root, keys.prompt, notes);
  const completion = readText(root, keys.completion, notes);
  return [
    ...(prompt ? [{ text: prompt, author: "environment" as const }] : []),
    ...(completion ? [{ text: completion, author: "mixed" as const }] : []),
  ];
}
