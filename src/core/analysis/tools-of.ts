import { callOpener } from "../grammar/call-markers.ts";
import { readDeclaredTools } from "../grammar/declared-tools/read-declared-tools.ts";
import type { Family } from "../grammar/family.ts";
import type { Tools, Trajectory } from "../trajectory/trajectory.ts";
import type { Transcript } from "../transcript/transcript.ts";

/** The tools that a trajectory's file has a field of, else those that its text declares. */
export function toolsOf({ tools }: Trajectory, transcript: Transcript, family: Family): Tools {
  if (tools.kind !== "unknown") return tools;
  // Words that are no template's declare tools for an agent's own way of calling, unless a marker says that it is this one.
  const isFamilys = transcript.text.includes(callOpener(family));
  if (transcript.origin === "rendered" && !isFamilys) return tools;
  const declared = readDeclaredTools(transcript);
  return declared.kind === "partial" && !isFamilys ? tools : declared;
}
