import type { JsonNode } from "../text/json.ts";
import type { Generation, Message } from "../trajectory/trajectory.ts";
import { readPromptLogProbs } from "./alternatives.ts";
import { readMessages } from "./messages.ts";
import type { Notes } from "./notes.ts";
import { readIds } from "./token-columns.ts";
import { readTokens } from "./written-tokens.ts";

/** What a raw response of a chat completion API holds: the turn, and its exact ids where the server gave them. */
export interface Reply {
  readonly message: Message;
  /** vLLM's `prompt_token_ids` with `token_ids`; it needs the index of its message. */
  readonly generation: Omit<Generation, "message"> | null;
}

/**
 * A choice of a raw response (`choices[0]` as a rule), as agents keep it beside the turn that it became. LiteLLM moves what
 * it does not know of vLLM's answer into `provider_specific_fields`.
 */
export function readReply(
  response: JsonNode | null,
  notes: Notes,
  choice = response?.get("choices")?.get(0) ?? null,
): Reply | null {
  const reply = choice?.get("message") ?? null;
  const message = reply ? readMessages([reply], notes)[0] : undefined;
  if (!response || !choice || !message) return null;
  const tokens = readTokens(choice.get("logprobs"), besides(choice, "token_ids"), notes);
  const promptIds = readIds(besides(response, "prompt_token_ids"), "prompt_token_ids", notes);
  const written = tokens?.written ? { ...message, written: tokens.written } : message;
  if (!tokens?.ids || !promptIds || promptIds.length === 0) {
    return { message: written, generation: null };
  }
  const prompt = readPromptLogProbs(besides(response, "prompt_logprobs"), promptIds, notes);
  const logProbs = tokens.columns.find(({ name }) => name === "log-probability")?.values ?? null;
  return {
    message: written,
    generation: {
      promptIds,
      ids: tokens.ids,
      logProbs,
      columns: tokens.columns,
      alternatives: tokens.alternatives,
      ...(prompt ? { promptColumns: prompt.columns, promptAlternatives: prompt.alternatives } : {}),
      source: choice.range,
    },
  };
}

function besides(node: JsonNode, key: string): JsonNode | null {
  return node.get(key) ?? node.get("provider_specific_fields")?.get(key) ?? null;
}
