import { memberOf } from "../../text/json.ts";
import type { JsonNode } from "../../text/json.ts";
import type { Message, Trajectory, WirePiece } from "../../trajectory/trajectory.ts";
import { dumpOf, recordedOf } from "../conversation.ts";
import type { ConversationFacts, RecordPlace } from "../conversation.ts";
import { nameOf } from "../fields.ts";
import type { Format } from "../format.ts";
import { readMessages } from "../messages.ts";
import { openRecord } from "../notes.ts";
import type { Notes } from "../notes.ts";
import { readReply } from "../reply.ts";
import { readTools } from "../tools.ts";
import { readTokens } from "../written-tokens.ts";

/**
 * Answers of chat completion servers, alone or with their requests: OpenAI's, its batch outputs, vLLM's with `token_ids`
 * and `prompt_logprobs`, legacy completions. Each choice is a rollout of the same prompt.
 */
export const chatCompletions: Format = {
  id: "chat-completions",
  title: "Chat completions",
  containers: ["jsonl", "json-document", "json-array"],
  holds: "many",

  detect(first) {
    // A list of messages beside the answer is a log of chat messages.
    if (Array.isArray(memberOf(first, "messages"))) return false;
    const choice = memberOf(memberOf(responseOf(first), "choices"), 0);
    return (
      memberOf(choice, "message") !== undefined ||
      // Questions of a quiz have choices with texts, too.
      (typeof memberOf(choice, "text") === "string" &&
        ["index", "finish_reason", "logprobs"].some((key) => memberOf(choice, key) !== undefined))
    );
  },

  read(record, file) {
    const { root, source, notes } = openRecord(record);
    if (!root) return { value: [], problems: notes.problems };
    const response = nodeOf(root);
    const request = root.get("request")?.get("body") ?? root.get("request") ?? root.get("body");
    const choices = response?.get("choices")?.items() ?? [];
    const given = readMessages(request?.get("messages")?.items() ?? [], notes);
    const prompt = (request?.get("prompt") ?? root.get("prompt"))?.text() ?? null;
    const facts = {
      id: nameOf(root.value, "custom_id", "id") ?? nameOf(response?.value, "id"),
      tools: readTools(memberOf(request?.value, "tools") ?? memberOf(request?.value, "functions")),
    };
    const value = choices.flatMap((choice, index) => {
      const sample = choices.length > 1 ? { part: index, sample: index } : {};
      const text = choice.get("text")?.text();
      const own = { ...facts, ...sample };
      if (text) {
        const before: WirePiece[] = prompt ? [{ text: prompt, author: "environment" }] : [];
        // The tokens of an echoed prompt are not those of the text.
        const read = readTokens(choice.get("logprobs"), choice.get("token_ids"), notes);
        const written = read?.written?.text.text === text.text ? read.written : null;
        const wrote: WirePiece = { text, author: "policy", ...(written ? { written } : {}) };
        return [dumpOf([...before, wrote], own, { record, file })];
      }
      const read = readChoice({ response, choice, given }, own, { record, file }, notes);
      return read ? [read] : [];
    });
    if (value.length === 0) notes.add("record-empty", "This answer has no choices", source);
    return { value, problems: notes.problems };
  },
};

interface Choice {
  readonly response: JsonNode | null;
  readonly choice: JsonNode;
  readonly given: readonly Message[];
}

function readChoice(
  { response, choice, given }: Choice,
  facts: ConversationFacts,
  place: RecordPlace,
  notes: Notes,
): Trajectory | null {
  const reply = readReply(response, notes, choice);
  if (!reply) return null;
  const history = given.map((message) => ({ ...message, sampled: false }));
  const messages = [...history, { ...reply.message, sampled: true }];
  const message = messages.length - 1;
  const generations = reply.generation ? [{ ...reply.generation, message }] : [];
  return recordedOf(messages, generations, facts, place);
}

/** The answer itself: the record, or under `response`, at times with an HTTP answer's `body` around it. */
function responseOf(value: unknown): unknown {
  if (memberOf(value, "choices") !== undefined) return value;
  const response = memberOf(value, "response");
  return memberOf(response, "body") ?? response;
}

function nodeOf(root: JsonNode): JsonNode | null {
  if (root.get("choices")) return root;
  const response = root.get("response");
  return response?.get("body") ?? response;
}
