/** What a call of some families looks like, by which a text or a chat template shows whose it is. */
export interface CallSign {
  /** Ids of the families that write it; where the text tells no more, the first is the likeliest. */
  readonly families: readonly string[];
  /** A text that is in every match: looking for it costs next to nothing. */
  readonly holds: string;
  readonly pattern: string;
  /** Where this stands anywhere, the sign says nothing: it is a broken or an older form of another family's. */
  readonly unless?: string;
  /** How it is named where a match would not say it. */
  readonly shown?: string;
}

export const callSigns: readonly CallSign[] = [
  {
    families: ["qwen3-hermes", "qwen2.5-hermes", "hermes", "granite4", "smollm3", "ernie4.5"],
    holds: "<tool_call>",
    // What follows must not be a function's tag, a name or a list: those are other families' calls. Prompts of function
    // tags say "within <tool_call></tool_call> XML tags", too.
    pattern: String.raw`(?<!\[)<tool_call>(?!\s*(?:[\w[]|<function=|</tool_call> XML))`,
  },
  { families: ["ernie4.5"], holds: "<response>", pattern: String.raw`</think>\s*<response>` },
  { families: ["hermes"], holds: "<scratch_pad>", pattern: "<scratch_pad>" },
  {
    families: ["qwen3-coder-xml"],
    holds: "<function=",
    pattern: String.raw`(?<!<seed:tool_call>\s*)<tool_call>\s*<function=`,
  },
  {
    // With a wrapper anywhere it is Qwen3-Coder's, or Hermes', and a bare one is a break.
    families: ["function-tags"],
    holds: "<function=",
    pattern: String.raw`<function=[\w.:-]+>\s*(?:<parameter=|</function>)`,
    unless: "<(?:seed:)?tool_call>",
    shown: "<function=NAME> without a wrapper",
  },
  { families: ["glm-4.5"], holds: "<arg_key>", pattern: "<arg_key>" },
  {
    families: ["llama3.1-json"],
    holds: "<|",
    pattern: String.raw`<\|python_tag\|>|<\|end_header_id\|>\s*\{\s*"name"`,
  },
  {
    // Meta's own words in the prompt.
    families: ["llama3.1-json"],
    holds: "dictionary of argument name",
    pattern: String.raw`\{"name": function name, "parameters": dictionary of argument name and its value\}`,
    shown: 'a prompt that asks for {"name": …, "parameters": …}',
  },
  {
    // In messages, under whatever header they are written out; Hermes calls have `arguments`.
    families: ["llama3.1-json"],
    holds: '"parameters"',
    pattern: String.raw`<\|im_start\|>assistant\n\{\s*(?:"type":\s*"function",\s*)?"name":\s*"[^"\n]*",\s*"parameters":\s*\{`,
    shown: '{"name": …, "parameters": …}',
  },
  {
    families: ["llama-pythonic"],
    holds: "<|",
    pattern: String.raw`<\|python_start\|>|<\|(?:end_header_id|header_end)\|>\s*\[[\w.]+\(`,
  },
  {
    // The same in messages (ToolACE), under whatever header they are written out.
    families: ["llama-pythonic"],
    holds: "assistant\n[",
    pattern: String.raw`<\|im_start\|>assistant\n\[[A-Za-z_][\w.]*\((?:\w+=[^\n]*)?\)\]?`,
    shown: "[NAME(key=value)]",
  },
  {
    families: ["xlam"],
    holds: "[{",
    pattern: String.raw`(?:<\|end_header_id\|>|<\|im_start\|>assistant\n|</think>)\s*(?:\[TOOL_CALLS\]|<tool_call>|\x60{3}(?:json)?)?\s*\[\{\s*"name"`,
  },
  {
    families: ["functionary-v3.2"],
    holds: ">>>",
    pattern: String.raw`<\|end_header_id\|>\s*>>>\w`,
  },
  { families: ["mistral-args"], holds: "[", pattern: String.raw`\[ARGS\]|\[THINK\]` },
  {
    families: ["mistral-args"],
    holds: "[TOOL_CALLS]",
    pattern: String.raw`\[TOOL_CALLS\]\s*[\w.-]+\s*(?:[[{]|$)`,
  },
  {
    families: ["mistral-args"],
    holds: "[SYSTEM_PROMPT]",
    pattern: String.raw`\[SYSTEM_PROMPT\]`,
    // v7 has it, too.
    unless: String.raw`\[TOOL_CALLS\]\s*\[`,
  },
  {
    families: ["mistral"],
    holds: "[TOOL_CALLS]",
    pattern: String.raw`\[TOOL_CALLS\](?!\s*[\w.-]+\s*(?:[[{]|$))`,
  },
  { families: ["deepseek-v3"], holds: "function<｜", pattern: "function<｜tool▁sep｜>" },
  {
    families: ["deepseek-v3.1"],
    holds: "<｜tool▁call▁begin｜>",
    pattern: String.raw`<｜tool▁call▁begin｜>(?!function<｜)[\w.-]+<｜tool▁sep｜>`,
  },
  { families: ["deepseek-dsml"], holds: "｜DSML｜", pattern: "<｜DSML｜" },
  {
    families: ["gpt-oss-harmony"],
    holds: "<|channel|>",
    pattern: String.raw`<\|channel\|>(?:analysis|commentary|final)`,
  },
  { families: ["glimmer"], holds: "<atem:", pattern: "<atem:function_calls>" },
  {
    families: ["inkling"],
    holds: "<|content_invoke",
    pattern: String.raw`<\|content_invoke_tool_json\|>`,
  },
  {
    families: ["kimi-k2"],
    holds: "<|tool_call",
    pattern: String.raw`<\|tool_calls?_(?:section_)?begin\|>`,
  },
  {
    families: ["kimi-k3"],
    holds: "<|open|>",
    pattern: String.raw`<\|open\|>(?:tools<\|sep\|>|call tool=)`,
  },
  { families: ["minimax-m2"], holds: "<minimax:", pattern: "<minimax:tool_call>" },
  { families: ["minimax-m3"], holds: "]<]minimax[>[", pattern: String.raw`\]<\]minimax\[>\[` },
  {
    families: ["granite3"],
    holds: "tool_call",
    pattern: String.raw`<\|tool_call\|>(?![^<]*<\|/tool_call)|<tool_call>\s*\[`,
  },
  {
    families: ["granite-20b-fc"],
    holds: "<function_call>",
    pattern: String.raw`<function_call>\s*\{`,
  },
  { families: ["phi4-mini"], holds: "functools[", pattern: String.raw`functools\[\s*\{` },
  { families: ["internlm2"], holds: "<|action_start|>", pattern: String.raw`<\|action_start\|>` },
  {
    families: ["hunyuan-a13b", "jamba"],
    holds: "<tool_calls>",
    pattern: String.raw`<tool_calls>\s*\[`,
  },
  {
    families: ["cohere-command"],
    holds: "<|START_ACTION|>",
    pattern: String.raw`<\|START_ACTION\|>`,
  },
  { families: ["functiongemma"], holds: "<start_function_call>", pattern: "<start_function_call>" },
  { families: ["gemma3-prompted"], holds: "```tool_code", pattern: "```tool_code" },
  { families: ["gemma4"], holds: "<|tool_call>", pattern: String.raw`<\|tool_call>` },
  { families: ["seed-oss"], holds: "<seed:tool_call>", pattern: "<seed:tool_call>" },
  { families: ["olmo3"], holds: "<function_calls>", pattern: "<function_calls>" },
  { families: ["lfm2"], holds: "<|tool_call_start|>", pattern: String.raw`<\|tool_call_start\|>` },
  { families: ["step3"], holds: "<｜tool_call", pattern: "<｜tool_calls?_begin｜>" },
  {
    families: ["gigachat3"],
    holds: "function call<|",
    pattern: String.raw`function call<\|role_sep\|>`,
  },
  { families: ["minicpm5"], holds: "<function name=", pattern: '<function name="' },
  { families: ["sarashina"], holds: "<|tool_calls|>", pattern: String.raw`<\|tool_calls\|>` },
  { families: ["search-r1"], holds: "</search>", pattern: "<search>[^<]*</search>" },
  {
    // Not closed: behind the thinking or first in the turn, or with a query on its line.
    families: ["search-r1"],
    holds: "<search>",
    pattern: String.raw`(?:(?:</think>|<\|im_start\|>assistant\n|<\|end_header_id\|>)\s*<search>|\n[ \t]*<search>(?=[ \t]*[^<\s]))(?![^<]*</search>)`,
  },
  {
    families: ["react"],
    holds: "Action Input:",
    pattern: String.raw`(?:^|\n)(?:Action:[^\n]*\n+)?Action Input:`,
    shown: "Action: and Action Input:",
  },
];

/** Added tokens that together tell a vocabulary's family; the first row that a tokenizer has all of counts. */
export const tokenSigns: readonly (readonly [family: string, ...tokens: string[]])[] = [
  ["kimi-k3", "<|open|>", "<|sep|>"],
  ["kimi-k2", "<|tool_calls_section_begin|>"],
  ["minimax-m3", "]<]minimax[>["],
  ["minimax-m2", "<minimax:tool_call>"],
  ["gpt-oss-harmony", "<|constrain|>", "<|channel|>"],
  ["glimmer", "<|start|>", "<|eom|>"],
  ["inkling", "<|message_model|>"],
  ["glm-4.5", "<arg_key>", "<|observation|>"],
  ["deepseek-dsml", "｜DSML｜"],
  // V3 has `<think>` as several tokens, R1 has not; its prompts and calls are those of V3.
  ["deepseek-v3.1", "<｜tool▁sep｜>", "<think>"],
  ["deepseek-v3", "<｜tool▁sep｜>"],
  ["step3", "<｜tool_call_begin｜>"],
  ["mistral-args", "[ARGS]"],
  ["mistral", "[TOOL_CALLS]"],
  ["cohere-command", "<|START_ACTION|>"],
  ["gemma4", "<|turn>"],
  ["functiongemma", "<start_function_call>"],
  ["gemma3-prompted", "<start_of_turn>"],
  ["llama-pythonic", "<|header_start|>"],
  ["llama3.1-json", "<|start_header_id|>", "<|python_tag|>"],
  ["lfm2", "<|tool_call_start|>"],
  ["internlm2", "<|action_start|>"],
  ["seed-oss", "<seed:tool_call>"],
  ["granite4", "<|start_of_role|>", "</tool_call>"],
  ["granite3", "<|start_of_role|>"],
  ["phi4-mini", "<|/tool_call|>"],
  ["gigachat3", "<|role_sep|>", "<|message_sep|>"],
  ["sarashina", "<|tool_calls|>"],
  ["jamba", "<|bom|>"],
  ["hunyuan-a13b", "<|extra_4|>", "<|eos|>"],
  ["minicpm5", "</param>"],
  ["qwen3-hermes", "<|im_end|>", "<tool_call>", "<think>"],
  ["qwen2.5-hermes", "<|im_end|>", "<tool_call>"],
];
