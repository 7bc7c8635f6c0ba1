import { isRecord } from "../../text/json-value.ts";
import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import { templateText } from "../../text/source-map.ts";
import type { Message, MessageCall, WirePiece } from "../../trajectory/trajectory.ts";
import { readContent } from "../content.ts";
import { conversationOf, dumpOf } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { messageOf } from "../message.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readTools } from "../tools.ts";

/**
 * Results of the Berkeley Function-Calling Leaderboard (`bfcl_eval/_llm_response_generation.py`), lines for all that the
 * name says `.json`: what the model answered, in turns and steps where there were several. The questions are in the file
 * only where the inference was logged.
 */
export const bfcl: Format = {
  id: "bfcl",
  title: "BFCL results",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "one",

  detect(first) {
    const id = memberOf(first, "id");
    const result = memberOf(first, "result");
    if (typeof id !== "string" || (typeof result !== "string" && !Array.isArray(result)))
      return false;
    const marks = ["input_token_count", "output_token_count", "inference_log"];
    if (memberOf(first, "jsonrpc") !== undefined) return false;
    return categories.test(id) || marks.some((key) => memberOf(first, key) !== undefined);
  },

  read(record, file) {
    const { root, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const pieces = readWire(root);
    const logged = readLog(root.get("inference_log"), notes);
    const messages =
      logged.length > 0
        ? logged
        : readResult(root.get("result"), root.get("reasoning_content"), notes);
    const id = nameOf(root.value, "id");
    const facts = {
      id,
      group: id,
      tools: readTools(toolsIn(memberOf(root.value, "inference_log"))),
    };
    if (!pieces)
      return {
        value: [conversationOf(messages, facts, { record, file })],
        problems: notes.problems,
      };
    // The server took the turn's end off what it answered.
    const dump = dumpOf(pieces, { ...facts, specialTokens: "unknown" }, { record, file });
    return { value: [dump], problems: notes.problems };
  },
};

/** A single turn of a model that was given its prompt as text, where the harness logged it: nothing was parsed. */
function readWire(root: JsonNode): readonly WirePiece[] | null {
  const input = root.get("inference_log")?.get(0)?.get("content");
  const prompt = input?.get("formatted_prompt")?.text();
  const result = root.get("result")?.text();
  if (!prompt || !result || result.text.startsWith(failure)) return null;
  return [
    { text: prompt, author: "environment" },
    { text: result, author: "policy" },
  ];
}

/** What the harness writes in the place of an answer that it did not get. */
const failure = "Error during inference:";

/** The ids of the leaderboard's questions: a category and numbers. */
const categories =
  /^(?:simple|multiple|parallel|irrelevance|live|multi_turn|java|javascript|rest|exec|sql|chatable|memory|web_search|format_sensitivity)(?:_[a-z]+)*_\d+(?:-\d+)*(?::.*)?$/;

/** An answer, or lists of them: steps, and turns of steps. */
function readResult(
  result: JsonNode | null,
  reasoning: JsonNode | null,
  notes: Notes,
): readonly Message[] {
  if (!result) return [];
  const isList = Array.isArray(result.value) && !result.value.some(isRecord);
  // A model that calls nothing gives an empty list where one that does gives a list of calls.
  if (isList && result.items().length > 0) {
    return result
      .items()
      .flatMap((item, index) => readResult(item, reasoning?.get(index) ?? null, notes));
  }
  return [readAnswer(result, reasoning, notes)];
}

function readAnswer(answer: JsonNode, reasoning: JsonNode | null, notes: Notes): Message {
  const content = answer.text();
  const isError = content?.text.startsWith(failure) === true;
  if (isError) {
    notes.add("inference-failed", content.text.slice(0, 200), answer.range);
  }
  const thought = reasoning?.text() ?? null;
  return messageOf("assistant", answer.range, {
    // What the harness wrote in the model's place is not the model's.
    sampled: !isError,
    content,
    reasoning: thought?.text ? thought : null,
    calls: answer.items().flatMap(callsOf),
  });
}

/** `{"<tool>": "<arguments as JSON text>"}`, a call a key. */
function callsOf(node: JsonNode): readonly MessageCall[] {
  if (!isRecord(node.value)) return [];
  return Object.keys(node.value).flatMap((name): readonly MessageCall[] => {
    const found = node.get(name);
    if (!found) return [];
    const text = found.text();
    return [
      {
        id: null,
        name: templateText(name, node.range.startByte),
        arguments: text
          ? { kind: "text", text }
          : { kind: "object", value: found.value, source: found.range },
      },
    ];
  });
}

/** The conversation as the harness logged it, where it logged the questions: a turn's query, then its steps. */
function readLog(log: JsonNode | null, notes: Notes): readonly Message[] {
  const turns = (log?.items() ?? []).filter(
    ({ value }) => memberOf(value, "begin_of_turn_query") !== undefined,
  );
  return turns.flatMap((turn) => {
    const query = turn.get("begin_of_turn_query")?.items() ?? [];
    return [...readMessages(query, notes), ...readSteps(turn, notes)];
  });
}

function readSteps(turn: JsonNode, notes: Notes): readonly Message[] {
  const messages: Message[] = [];
  for (let step = turn.get("step_0"), number = 0; step;) {
    for (const item of step.items()) {
      const role = memberOf(item.value, "role");
      const content = item.get("content");
      if (role === "assistant" && content)
        messages.push(readAnswer(content, item.get("reasoning_content"), notes));
      else if (role === "tool")
        messages.push(
          messageOf("tool", item.range, {
            content: readContent(content, notes).text,
            toolName: nameOf(item.value, "name"),
            callId: nameOf(item.value, "tool_call_id"),
          }),
        );
    }
    number++;
    step = turn.get(`step_${String(number)}`);
  }
  return messages;
}

/** What the first request offered. */
function toolsIn(log: unknown): unknown {
  const inputs = Array.isArray(log) ? log.map((item: unknown) => memberOf(item, "content")) : [];
  return inputs.map((input) => memberOf(input, "tools")).find((tools) => tools !== undefined);
}
