import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { readContent } from "../content.ts";
import { conversationOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { startToolNames } from "./tool-names.ts";

/**
 * SWE-agent's `.traj` (`sweagent/types.py`): the `history` that the model was shown and the steps that were taken. A turn
 * that no parser could read is in the steps alone: it was asked for again, and history forgets it.
 */
export const sweAgent: Format = {
  id: "swe-agent",
  title: "SWE-agent trajectories",
  containers: ["json-document", "jsonl", "json-array"],
  holds: "many",

  detect: (first) =>
    Array.isArray(memberOf(first, "trajectory")) &&
    typeof memberOf(first, "info") === "object" &&
    (Array.isArray(memberOf(first, "history")) || isRun(first)) &&
    memberOf(first, "trajectory_format") === undefined &&
    // Results of verifiers keep a trajectory and an info of their own kind.
    memberOf(first, "example_id") === undefined,

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    // An agent that tries again keeps every attempt; beside them is the best one once more.
    const attempts = root.get("attempts")?.items() ?? [];
    const runs = attempts.length > 0 ? attempts : [root];
    const trajectories = runs.map((node, index) =>
      conversationOf(
        readRun(node, notes),
        {
          id: nameOf(root.value, "instance_id") ?? file.name.replace(/\.traj(?:\.json)?$/, ""),
          ...(attempts.length > 0 ? { part: index, sample: index } : {}),
          source: node.range,
        },
        { record, file },
      ),
    );
    return { value: trajectories, problems: notes.problems };
  },
};

/** Trajectories of other kinds have states, or messages. */
function isRun(value: unknown): boolean {
  const marks = ["response", "observation", "query"];
  const step = memberOf(memberOf(value, "trajectory"), 0);
  const isTried = Array.isArray(memberOf(value, "attempts"));
  return isTried || marks.some((key) => memberOf(step, key) !== undefined);
}

function readRun(node: JsonNode, notes: Notes): readonly Message[] {
  const history = node.get("history")?.items() ?? [];
  const steps = node.get("trajectory")?.items() ?? [];
  if (history.length === 0) return readSteps(steps, notes);
  const messages: Message[] = [];
  const named = startToolNames();
  const stepOf = stepsByResponse(steps);
  let next = 0;
  for (const item of history) {
    const message = readMessages([item], notes)[0];
    if (!message) continue;
    if (message.role !== "assistant" || memberOf(item.value, "is_demo") === true) {
      messages.push(named({ ...message, sampled: false }));
      continue;
    }
    const taken = stepOf(message.content?.text ?? "", next);
    const step = taken === null ? null : (steps[taken] ?? null);
    for (const lost of forgotten(steps, next, taken ?? next, notes)) messages.push(lost);
    const turn = {
      ...message,
      sampled: step === null || !isOfHarness(step),
      reasoning: message.reasoning ?? step?.get("reasoning_content")?.text() ?? null,
    };
    messages.push(named(turn));
    if (taken !== null) next = taken + 1;
  }
  return [...messages, ...forgotten(steps, next, steps.length, notes)];
}

/** Finds the step, from a given one on, whose response is the text of a turn. Asked with ascending places. */
function stepsByResponse(
  steps: readonly JsonNode[],
): (text: string, from: number) => number | null {
  const places = new Map<unknown, { readonly at: number[]; next: number }>();
  for (const [index, { value }] of steps.entries()) {
    const response = memberOf(value, "response");
    const known = places.get(response);
    if (known) known.at.push(index);
    else places.set(response, { at: [index], next: 0 });
  }
  return (text, from) => {
    const known = places.get(text);
    if (!known) return null;
    while ((known.at[known.next] ?? from) < from) known.next++;
    return known.at[known.next] ?? null;
  };
}

/** Steps that history leaves out, each with what the model was told when it was asked again. */
function forgotten(
  steps: readonly JsonNode[],
  from: number,
  to: number,
  notes: Notes,
): readonly Message[] {
  return steps.slice(from, to).flatMap((step, index) => {
    const response = step.get("response")?.text();
    if (!response || isOfHarness(step)) return [];
    const reasoning = step.get("reasoning_content")?.text() ?? null;
    const turn = messageOf("assistant", step.range, { content: response, reasoning });
    const asked = queryOf(steps[from + index + 1] ?? null).at(-1) ?? null;
    const { text } = readContent(asked?.get("content") ?? null, notes);
    return asked && text ? [turn, messageOf("user", asked.range, { content: text })] : [turn];
  });
}

function queryOf(step: JsonNode | null): readonly JsonNode[] {
  return (step?.get("query") ?? step?.get("messages"))?.items() ?? [];
}

/** A step that was put in when a run had to end: nobody was asked, so its text is not the model's. */
function isOfHarness(step: JsonNode): boolean {
  const query = memberOf(step.value, "query");
  return (
    Array.isArray(query) &&
    query.every((message: unknown) => memberOf(message, "role") === undefined)
  );
}

/** Without history: what the model was first asked, and each response with what was observed. */
function readSteps(steps: readonly JsonNode[], notes: Notes): readonly Message[] {
  const asked = readMessages(queryOf(steps[0] ?? null), notes);
  const taken = steps.flatMap((step) => {
    const response = step.get("response")?.text() ?? null;
    const observation = step.get("observation")?.text() ?? null;
    return [
      ...(response ? [messageOf("assistant", step.range, { content: response })] : []),
      ...(observation ? [messageOf("user", step.range, { content: observation })] : []),
    ];
  });
  return [...asked, ...taken];
}
