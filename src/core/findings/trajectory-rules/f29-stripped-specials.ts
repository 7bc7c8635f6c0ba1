import { controlOf } from "../../grammar/controls.ts";
import type { Family } from "../../grammar/family.ts";
import { toByteRange } from "../../text/source-map.ts";
import { visible } from "../rules/rule.ts";
import type { TrajectoryRule, TrajectoryRuleInput } from "./trajectory-rule.ts";

/**
 * F29: no sampled turn has its turn end, although other markers survived: the log was decoded with special tokens
 * stripped. Told once, since it is why a missing turn end is never judged there.
 */
export const strippedSpecials: TrajectoryRule = (input) => {
  const { family, transcript, structures } = input;
  const control = controlOf(family, "turn-end");
  const [first] = structures;
  if (control === null || !first || transcript.origin === "ids") return [];
  if (transcript.specialTokens === "kept" || !wroteMarkers(input)) return [];
  // Messages have no turn ends; only a marker among them shows that they were cut out of a wire text.
  if (transcript.origin === "rendered" && !marksCalls(family)) return [];
  const expected = family.controls[control]?.text ?? "";
  const bodies = sampledBodies(input);
  if (bodies.some((body) => body.includes(expected))) return [];
  // One turn without its end may as well have been cut off.
  if (transcript.specialTokens === "unknown" && transcript.origin === "raw" && bodies.length < 2)
    return [];
  const turn = transcript.turns[first.turn];
  const end = turn?.bodyEnd ?? 0;
  return [
    {
      rule: "F29",
      severity: "info",
      turn: first.turn,
      start: Math.max(turn?.bodyStart ?? 0, end - 1),
      end,
      expected,
      came: "the end of the text",
      control: null,
      recoversAt: null,
      message: `No turn of the policy ends in ${visible(expected)}, though other markers are there: special tokens were stripped from this log, so a missing turn end is not judged.`,
    },
  ];
};

/** Whether calls are told by markers, not by their place or by words and tags that anybody may write. */
function marksCalls({ machine, calls, controls }: Family): boolean {
  if (machine === "bare" || machine === "text-tags") return false;
  return calls.kind !== "tags" || !controls.some(({ text }) => text === calls.call.before);
}

function sampledBodies({ transcript }: TrajectoryRuleInput): readonly string[] {
  return transcript.turns
    .filter(({ sampled }) => sampled)
    .map(({ bodyStart, bodyEnd }) => transcript.text.slice(bodyStart, bodyEnd));
}

/** Whether a marker of a call is the file's own and not a chat template's. */
function wroteMarkers({ structures, transcript }: TrajectoryRuleInput): boolean {
  return structures.some(({ calls }) =>
    calls.some(({ start }) => {
      const { startByte, endByte } = toByteRange(transcript.map, start, start + 1);
      return endByte > startByte;
    }),
  );
}
