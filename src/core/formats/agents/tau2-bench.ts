import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { conversationOf } from "../conversation.ts";
import { countOf, nameOf, rewardOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";
import { readTicks } from "./tau2-ticks.ts";

/**
 * Simulations of tau2-bench (`tau2/data_model/simulation.py`): all of a run in one file, or one a file beside the run's
 * `results.json`. The simulated user calls tools as well.
 */
export const tau2Bench: Format = {
  id: "tau2-bench",
  title: "tau2-bench simulations",
  containers: ["json-member", "json-document", "jsonl", "json-array"],
  holds: "many",

  detect: (first) => isRun(first) || isSimulation(first),

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const isOne = isSimulation(root.value);
    const simulations = isOne ? [root] : (root.get("simulations")?.items() ?? []);
    if (simulations.length === 0) {
      const message =
        "This file tells of a run but holds none of its simulations: open those in the folder beside it";
      notes.add("record-empty", message, root.range);
    }
    const environment = memberOf(memberOf(root.value, "info"), "environment_info");
    const tools = readTools(memberOf(environment, "tool_defs"));
    const trajectories = simulations.map((node, part) => {
      const { value } = node;
      const task = nameOf(value, "task_id");
      const facts = {
        id: nameOf(value, "id") ?? task,
        ...(isOne ? {} : { part }),
        group: task,
        sample: countOf(value, "trial"),
        reward: rewardOf(memberOf(value, "reward_info"), "reward"),
        tools,
        source: node.range,
      };
      return conversationOf(readSimulation(node, notes), facts, { record, file });
    });
    return { value: trajectories, problems: notes.problems };
  },
};

function isRun(value: unknown): boolean {
  if (Array.isArray(memberOf(value, "simulations"))) return true;
  const marks = ["info", "tasks", "timestamp"];
  return (
    marks.every((key) => memberOf(value, key) !== undefined) &&
    memberOf(memberOf(value, "info"), "environment_info") !== undefined
  );
}

function isSimulation(value: unknown): boolean {
  const marks = ["termination_reason", "reward_info"];
  return (
    memberOf(value, "task_id") !== undefined &&
    marks.some((key) => memberOf(value, key) !== undefined)
  );
}

function readSimulation(node: JsonNode, notes: Notes): readonly Message[] {
  const messages = node.get("messages")?.items() ?? [];
  const ticks = node.get("ticks")?.items() ?? [];
  if (messages.length === 0 && ticks.length > 0) return readTicks(ticks, notes);
  if (messages.length === 0) {
    notes.add("record-empty", "This simulation has no messages", node.range);
  }
  // Answers that came together are one message of several.
  const nodes = messages.flatMap((message) => {
    const together = message.get("tool_messages");
    return together && Array.isArray(together.value) ? together.items() : [message];
  });
  return readMessages(nodes, notes);
}
