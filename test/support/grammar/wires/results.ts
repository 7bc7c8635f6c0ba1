/** What the environment writes after a turn with a call, up to where the assistant goes on. */
export type WriteResult = (
  result: string,
  call: { readonly tool: string; readonly number: number; readonly id: string },
) => string;

const chatmlNext = "<|im_end|>\n<|im_start|>assistant\n";
const asUser: WriteResult = (result) =>
  `\n<|im_start|>user\n<tool_response>\n${result}\n</tool_response>${chatmlNext}`;
const asChatTurn =
  (role: string, open = "", close = ""): WriteResult =>
  (result) =>
    `\n<|im_start|>${role}\n${open}${result}${close}${chatmlNext}`;
const asLlamaTurn =
  (role: string, after = ""): WriteResult =>
  (result) =>
    `<|start_header_id|>${role}<|end_header_id|>\n\n${result}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n${after}`;

/** By family, from the sources in docs/families.md; a family is not here where they do not say how results come. */
export const resultWriters: Readonly<Record<string, WriteResult>> = {
  "qwen3-hermes": asUser,
  "qwen2.5-hermes": asUser,
  hermes: asChatTurn("tool", "<tool_response>\n", "\n</tool_response>"),
  "qwen3-coder-xml": asUser,
  smollm3: asUser,
  minicpm5: asUser,
  "function-tags": asChatTurn("user", "OBSERVATION:\n"),
  internlm2: asChatTurn("environment name=<|plugin|>"),
  olmo3: asChatTurn("environment"),
  xlam: asChatTurn("tool"),
  lfm2: asChatTurn("tool", "<|tool_response_start|>", "<|tool_response_end|>"),
  "llama3.1-json": asLlamaTurn("ipython"),
  "functionary-v3.2": asLlamaTurn("tool", ">>>"),
  "llama-pythonic": (result) =>
    `<|header_start|>ipython<|header_end|>\n\n${result}<|eot|><|header_start|>assistant<|header_end|>\n\n`,
  mistral: (result, { id }) =>
    `[TOOL_RESULTS] {"content": ${JSON.stringify(result)}, "call_id": "${id}"}[/TOOL_RESULTS]`,
  "mistral-args": (result) => `[TOOL_RESULTS]${result}[/TOOL_RESULTS]`,
  "deepseek-v3": (result) =>
    `<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>${result}<｜tool▁output▁end｜><｜tool▁outputs▁end｜>`,
  "deepseek-v3.1": (result) => `<｜tool▁output▁begin｜>${result}<｜tool▁output▁end｜>`,
  "gpt-oss-harmony": (result, { tool }) =>
    `<|start|>functions.${tool} to=assistant<|channel|>commentary<|message|>${result}<|end|><|start|>assistant`,
  "glm-4.5": (result) => `\n<tool_response>\n${result}\n</tool_response><|assistant|>\n`,
  "kimi-k2": (result, { tool, number }) =>
    `<|im_system|>tool<|im_middle|>## Return of functions.${tool}:${String(number)}\n${result}<|im_end|><|im_assistant|>assistant<|im_middle|>`,
  "minimax-m2": (result) => `\n]~b]tool\n<response>${result}</response>[e~[\n]~b]ai\n`,
  granite3: (result) =>
    `\n<|start_of_role|>tool_response<|end_of_role|>${result}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>`,
  granite4: (result) =>
    `\n<|start_of_role|>user<|end_of_role|>\n<tool_response>\n${result}\n</tool_response><|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>`,
  "cohere-command": (result, { number }) =>
    `<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|><|START_TOOL_RESULT|>[{"tool_call_id": "${String(number)}", "results": {"0": ${JSON.stringify(result)}}}]<|END_TOOL_RESULT|><|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>`,
  "seed-oss": (result) => `<seed:bos>tool\n${result}<seed:eos><seed:bos>assistant\n`,
  "gemma3-prompted": (result) =>
    `\n<start_of_turn>user\n\`\`\`tool_output\n${result}\n\`\`\`<end_of_turn>\n<start_of_turn>model\n`,
};
