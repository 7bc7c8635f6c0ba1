import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { conversationOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { openRecord } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readEvents } from "./openhands-events.ts";
import { withGenerations } from "./dialogue.ts";

/**
 * OpenHands before its SDK: a line of `output.jsonl` with an instance's `history` of events, or an exported trajectory,
 * which is the list of events alone (`openhands/events`).
 */
export const openHands: Format = {
  id: "openhands",
  title: "OpenHands runs",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "one",

  detect(first) {
    if (Array.isArray(first))
      return isEvent(first[0]) && memberOf(first[0], "source") !== undefined;
    const history = memberOf(first, "history");
    if (!Array.isArray(history)) return false;
    // Oldest files pair each action with its observation.
    return isEvent(history[0]) || isEvent(memberOf(history[0], 0));
  },

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const history = Array.isArray(root.value) ? root : root.get("history");
    if (!history || !Array.isArray(history.value)) {
      notes.add("field-missing", 'This record has no list "history"', root.range);
      return { value: [], problems: notes.problems };
    }
    const events = history.items().flatMap((item) => (isPair(item) ? item.items() : [item]));
    const { value } = root;
    const id = nameOf(value, "instance_id") ?? nameOf(memberOf(value, "issue"), "number");
    const facts = {
      id,
      group: id,
      sample: countOf(value, "attempt"),
      reward:
        rewardOf(memberOf(value, "report"), "resolved") ??
        rewardOf(memberOf(memberOf(value, "test_result"), "report"), "resolved") ??
        rewardOf(value, "reward", "success"),
      tools: readTools(toolsIn(events)),
    };
    const { messages, generations } = readEvents(events, notes);
    const conversation = conversationOf(messages, facts, { record, file });
    return {
      value: [withGenerations(conversation, generations, notes)],
      problems: notes.problems,
    };
  },
};

function isEvent(value: unknown): boolean {
  return (
    typeof memberOf(value, "action") === "string" ||
    typeof memberOf(value, "observation") === "string"
  );
}

function isPair({ value }: JsonNode): boolean {
  return Array.isArray(value);
}

/** The system's first event says which tools there are. */
function toolsIn(events: readonly JsonNode[]): unknown {
  const system = events.find(({ value }) => memberOf(value, "action") === "system");
  return memberOf(memberOf(system?.value, "args"), "tools");
}
