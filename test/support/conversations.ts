import type { Family } from "../../src/core/grammar/family.ts";
import type { WirePiece } from "../../src/core/trajectory/trajectory.ts";
import type { TurnFormId } from "../../src/core/transcript/turn-form.ts";

/** A stretch of a conversation and who wrote it. */
export interface Said {
  readonly author: "environment" | "policy";
  readonly text: string;
}

/**
 * A short healthy conversation in a family's wire form, written by hand from the reference: a question, a call of
 * `get_weather`, its result and an answer.
 */
export function healthyConversation(family: Family): readonly Said[] {
  const frame = { ...frames[family.turns[0] ?? "chatml"], ...ownFrames[family.id] };
  const { prompt, header, end, result } = frame;
  return [
    { author: "environment", text: prompt + header },
    { author: "policy", text: callOf(family) + (frame.endOfCall ?? end) },
    { author: "environment", text: result },
    { author: "policy", text: (frame.beforeAnswer ?? "") + "It is 21 degrees." + end },
  ];
}

/** The same as a rollout dump holds it: the prompt, and everything after it in one text. */
export function dumped(conversation: readonly Said[]): readonly WirePieceText[] {
  const [first, ...rest] = conversation;
  return [
    { author: "environment", text: first?.text ?? "" },
    { author: "mixed", text: rest.map(({ text }) => text).join("") },
  ];
}

export interface WirePieceText {
  readonly author: WirePiece["author"];
  readonly text: string;
}

/** What the policy writes to call `get_weather` with the city Bern. */
export function callOf({ id }: Family): string {
  return calls[id] ?? "";
}

interface Frame {
  /** Everything before the header of the assistant's first turn. */
  readonly prompt: string;
  readonly header: string;
  readonly end: string;
  /** What the policy ends a calling turn with, where it is not `end`. */
  readonly endOfCall?: string;
  /** From the end of the policy's call to where it writes on. */
  readonly result: string;
  readonly beforeAnswer?: string;
}

function chatml(role: string, text: string): string {
  return `<|im_start|>${role}\n${text}<|im_end|>\n`;
}

function chatmlFrame(resultRole: string, result: string): Frame {
  return {
    prompt: chatml("system", "Be brief.") + chatml("user", "Weather in Bern?"),
    header: "<|im_start|>assistant\n",
    end: "<|im_end|>",
    result: `\n${chatml(resultRole, result)}<|im_start|>assistant\n`,
  };
}

const hermesResult = "<tool_response>\n21C\n</tool_response>";

const frames: Readonly<Record<TurnFormId, Frame>> = {
  chatml: chatmlFrame("user", hermesResult),
  llama3: {
    prompt:
      "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>" +
      "<|start_header_id|>user<|end_header_id|>\n\nWeather in Bern?<|eot_id|>",
    header: "<|start_header_id|>assistant<|end_header_id|>\n\n",
    end: "<|eot_id|>",
    endOfCall: "<|eom_id|>",
    result:
      "<|start_header_id|>ipython<|end_header_id|>\n\n21C<|eot_id|>" +
      "<|start_header_id|>assistant<|end_header_id|>\n\n",
  },
  llama4: {
    prompt:
      "<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe brief.<|eot|>" +
      "<|header_start|>user<|header_end|>\n\nWeather in Bern?<|eot|>",
    header: "<|header_start|>assistant<|header_end|>\n\n",
    end: "<|eot|>",
    result:
      "<|header_start|>ipython<|header_end|>\n\n21C<|eot|><|header_start|>assistant<|header_end|>\n\n",
  },
  mistral: {
    prompt: "<s>[AVAILABLE_TOOLS] [][/AVAILABLE_TOOLS][INST] Weather in Bern?",
    header: " [/INST]",
    end: "</s>",
    result: '[TOOL_RESULTS] {"content": "21C", "call_id": "a1b2c3d4e"}[/TOOL_RESULTS]',
  },
  deepseek: {
    prompt: "<｜begin▁of▁sentence｜>Be brief.<｜User｜>Weather in Bern?",
    header: "<｜Assistant｜>",
    end: "<｜end▁of▁sentence｜>",
    result:
      "<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>21C<｜tool▁output▁end｜>" +
      "<｜tool▁output▁begin｜>dry<｜tool▁output▁end｜><｜tool▁outputs▁end｜>",
  },
  glm: {
    prompt: "[gMASK]<sop><|system|>\nBe brief.<|user|>\nWeather in Bern?",
    header: "<|assistant|>\n",
    end: "<|user|>",
    endOfCall: "<|observation|>",
    result: "\n<tool_response>\n21C\n</tool_response><|assistant|>\n",
  },
  kimi: {
    prompt:
      "<|im_system|>system<|im_middle|>Be brief.<|im_end|><|im_user|>user<|im_middle|>Weather in Bern?<|im_end|>",
    header: "<|im_assistant|>assistant<|im_middle|>",
    end: "<|im_end|>",
    result:
      "<|im_system|>tool<|im_middle|>## Return of functions.get_weather:0\n21C<|im_end|>" +
      "<|im_assistant|>assistant<|im_middle|>",
  },
  gemma: {
    prompt:
      "<bos><start_of_turn>developer\nBe brief.<end_of_turn>\n<start_of_turn>user\nWeather in Bern?<end_of_turn>\n",
    header: "<start_of_turn>model\n",
    end: "<end_of_turn>",
    result: "\n<start_of_turn>user\n```tool_output\n21C\n```<end_of_turn>\n<start_of_turn>model\n",
  },
  gemma4: {
    prompt: "<bos><|turn>system\nBe brief.<turn|>\n<|turn>user\nWeather in Bern?<turn|>\n",
    header: "<|turn>model\n",
    end: "<turn|>",
    endOfCall: "<|tool_response>",
    result: "response:get_weather{value:21}<tool_response|>",
  },
  harmony: {
    prompt:
      "<|start|>system<|message|>Be brief.<|end|><|start|>user<|message|>Weather in Bern?<|end|>",
    header: "<|start|>assistant",
    end: "<|return|>",
    endOfCall: "<|call|>",
    result:
      "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>21C<|end|><|start|>assistant",
    beforeAnswer: "<|channel|>final<|message|>",
  },
  glimmer: {
    prompt:
      "<|start|>system<|message|>Be brief.<|eom|><|start|>user<|message|>Weather in Bern?<|eom|>",
    header: "<|start|>assistant",
    end: "<|eot|>",
    result: "<|start|>tool<|message|>21C<|eom|><|start|>assistant",
    beforeAnswer: "<|message|>",
  },
  inkling: {
    prompt:
      "<|message_system|><|content_text|>Be brief.<|end_message|>" +
      "<|message_user|><|content_text|>Weather in Bern?<|end_message|>",
    header: "<|message_model|>",
    end: "<|end_message|><|content_model_end_sampling|>",
    result: "<|message_tool|>get_weather<|content_text|>21C<|end_message|><|message_model|>",
    beforeAnswer: "<|content_text|>",
  },
  granite: {
    prompt:
      "<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>\n" +
      "<|start_of_role|>user<|end_of_role|>Weather in Bern?<|end_of_text|>\n",
    header: "<|start_of_role|>assistant<|end_of_role|>",
    end: "<|end_of_text|>",
    result:
      "\n<|start_of_role|>tool_response<|end_of_role|>21C<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
  },
  phi: {
    prompt: "<|system|>Be brief.<|end|><|user|>Weather in Bern?<|end|>",
    header: "<|assistant|>",
    end: "<|end|>",
    result: "<|tool_response|>21C<|end|><|assistant|>",
  },
  cohere: {
    prompt:
      "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be brief.<|END_OF_TURN_TOKEN|>" +
      "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Weather in Bern?<|END_OF_TURN_TOKEN|>",
    header: "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
    end: "<|END_OF_TURN_TOKEN|>",
    result:
      "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|><|START_TOOL_RESULT|>[21]<|END_TOOL_RESULT|><|END_OF_TURN_TOKEN|>" +
      "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
  },
  minimax: {
    prompt: "]~!b[]~b]system\nBe brief.[e~[\n]~b]user\nWeather in Bern?[e~[\n",
    header: "]~b]ai\n",
    end: "[e~[",
    result: "\n]~b]tool\n<response>21C</response>[e~[\n]~b]ai\n",
  },
  seed: {
    prompt: "<seed:bos>system\nBe brief.<seed:eos><seed:bos>user\nWeather in Bern?<seed:eos>",
    header: "<seed:bos>assistant\n",
    end: "<seed:eos>",
    result: "<seed:bos>tool\n21C<seed:eos><seed:bos>assistant\n",
  },
  jamba: {
    prompt:
      "<|startoftext|><|bom|><|system|> Be brief.<|eom|><|bom|><|user|> Weather in Bern?<|eom|>",
    header: "<|bom|><|assistant|> ",
    end: "<|eom|>",
    result: "<|bom|><|tool|> 21C<|eom|><|bom|><|assistant|> ",
  },
  hunyuan: {
    prompt: "<|startoftext|>Be brief.<|extra_4|>Weather in Bern?",
    header: "<|extra_0|>",
    end: "<|eos|>",
    result: "<|startoftext|><tool_response>21C</tool_response><|extra_0|>",
  },
  step: {
    prompt: "<|BOT|>system\nBe brief.<|EOT|><|BOT|>user\nWeather in Bern?<|EOT|>",
    header: "<|BOT|>assistant\n",
    end: "<|EOT|>",
    result: "<|BOT|>tool_response\n21C<|EOT|><|BOT|>assistant\n",
  },
  gigachat: {
    prompt:
      "<s>system<|role_sep|>\nBe brief.<|message_sep|>\n\nuser<|role_sep|>\nWeather in Bern?<|message_sep|>\n\n",
    header: "assistant<|role_sep|>\n",
    end: "<|message_sep|>",
    result: "\n\nfunction result<|role_sep|>\n21C<|message_sep|>\n\nassistant<|role_sep|>\n",
  },
  sarashina: {
    prompt: "<s><|system|>Be brief.</s><|user|>Weather in Bern?</s>",
    header: "<|assistant|>",
    end: "</s>",
    result: "<|tool|>21C</s><|assistant|>",
  },
  ernie: {
    prompt: "<|begin_of_sentence|>Be brief.\nUser: Weather in Bern?\n",
    header: "Assistant: ",
    end: "<|end_of_sentence|>",
    result: "User: 21C\nAssistant: ",
  },
  "role-labels": {
    prompt: "SYSTEM: Be brief.\nUSER: Weather in Bern?\n",
    header: "ASSISTANT: ",
    end: "<|endoftext|>",
    result: "FUNCTION RESPONSE: 21C\nASSISTANT: ",
  },
};

/** Where a family differs from its turn form's frame. */
const ownFrames: Readonly<Record<string, Partial<Frame>>> = {
  hermes: chatmlFrame("tool", hermesResult),
  internlm2: chatmlFrame("environment name=<|plugin|>", "21C"),
  olmo3: chatmlFrame("environment", "21C"),
  lfm2: chatmlFrame("tool", "<|tool_response_start|>21C<|tool_response_end|>"),
  "deepseek-v3.1": {
    header: "<｜Assistant｜></think>",
    result: "<｜tool▁output▁begin｜>21C<｜tool▁output▁end｜>",
  },
  "deepseek-dsml": {
    result: "<｜User｜><tool_result>21C</tool_result><｜Assistant｜></think>",
    header: "<｜Assistant｜></think>",
  },
  "functionary-v3.2": {
    header: "<|start_header_id|>assistant<|end_header_id|>\n\n>>>",
    endOfCall: "<|eot_id|>",
    result:
      "<|start_header_id|>tool<|end_header_id|>\n\n21C<|eot_id|>" +
      "<|start_header_id|>assistant<|end_header_id|>\n\n>>>",
    beforeAnswer: "all\n",
  },
  xlam: { endOfCall: "<|eot_id|>" },
  granite4: {
    result:
      "\n<|start_of_role|>user<|end_of_role|>\n<tool_response>\n21C\n</tool_response><|end_of_text|>\n" +
      "<|start_of_role|>assistant<|end_of_role|>",
  },
  functiongemma: {
    endOfCall: "<start_function_response>",
    result: "response:get_weather{value:21}<end_function_response>",
  },
  "mistral-args": {
    prompt: "<s>[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][INST]Weather in Bern?",
    header: "[/INST]",
    result: "[TOOL_RESULTS]21C[/TOOL_RESULTS]",
  },
  "search-r1": {
    endOfCall: "",
    result: "\n\n<information>Bern: 21C</information>\n\n",
    beforeAnswer: "<think>Good.</think>\n",
  },
  react: { endOfCall: "", result: "Observation: 21C\n", beforeAnswer: "Final Answer: " },
};

const tags = '<invoke name="get_weather">\n<parameter name="city">Bern</parameter>\n</invoke>';
const named = '{"name": "get_weather", "arguments": {"city": "Bern"}}';
const hermesCall = `<tool_call>\n${named}\n</tool_call>`;
const functionTags = "<function=get_weather>\n<parameter=city>\nBern\n</parameter>\n</function>";

const calls: Readonly<Record<string, string>> = {
  "qwen3-hermes": `<think>\nI look.\n</think>\n\n${hermesCall}`,
  "qwen2.5-hermes": `I look.\n${hermesCall}`,
  hermes: '<tool_call>\n{"arguments": {"city": "Bern"}, "name": "get_weather"}\n</tool_call>',
  "qwen3-coder-xml": `I look.\n\n<tool_call>\n${functionTags}\n</tool_call>`,
  "llama3.1-json": '{"name": "get_weather", "parameters": {"city": "Bern"}}',
  "llama-pythonic": '[get_weather(city="Bern")]',
  mistral:
    '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Bern"}, "id": "a1b2c3d4e"}]',
  "mistral-args": '[THINK]I look.[/THINK][TOOL_CALLS]get_weather[ARGS]{"city": "Bern"}',
  "deepseek-v3":
    "I look.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n" +
    '```json\n{"city": "Bern"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  "deepseek-v3.1":
    "I look.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>" +
    '{"city": "Bern"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  "deepseek-dsml":
    "I look.\n\n<｜DSML｜function_calls>\n" +
    '<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Bern</｜DSML｜parameter>\n' +
    "</｜DSML｜invoke>\n</｜DSML｜function_calls>",
  "gpt-oss-harmony":
    "<|channel|>analysis<|message|>I look.<|end|>" +
    '<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Bern"}',
  "glm-4.5":
    "<think>I look.</think>\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Bern</arg_value>\n</tool_call>",
  "kimi-k2":
    "I look.<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0" +
    '<|tool_call_argument_begin|>{"city": "Bern"}<|tool_call_end|><|tool_calls_section_end|>',
  "kimi-k3":
    "<|open|>think<|sep|>I look.<|close|>think<|sep|>" +
    '<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|>' +
    '<|open|>argument key="city" type="string"<|sep|>Bern<|close|>argument<|sep|>' +
    "<|close|>call<|sep|><|close|>tools<|sep|>",
  "minimax-m2": `<think>\nI look.\n</think>\n\n<minimax:tool_call>\n${tags}\n</minimax:tool_call>`,
  "minimax-m3":
    "<mm:think>I look.</mm:think>]<]minimax[>[<tool_call>\n" +
    ']<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Bern]<]minimax[>[</city>]<]minimax[>[</invoke>\n' +
    "]<]minimax[>[</tool_call>",
  granite3: `<|tool_call|>[${named}]`,
  "granite-20b-fc": `<function_call> ${named}`,
  granite4: hermesCall,
  "phi4-mini": `functools[${named}]`,
  internlm2:
    'I look.<|action_start|><|plugin|>\n{"name": "get_weather", "parameters": {"city": "Bern"}}<|action_end|>',
  jamba: `<tool_calls>[\n  ${named}\n]</tool_calls>`,
  "cohere-command":
    '<|START_THINKING|>I look.<|END_THINKING|><|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", ' +
    '"parameters": {"city": "Bern"}}\n]<|END_ACTION|>',
  functiongemma:
    "<start_function_call>call:get_weather{city:<escape>Bern<escape>}<end_function_call>",
  "gemma3-prompted": 'I look.\n```tool_code\nget_weather(city="Bern")\n```',
  gemma4:
    '<|channel>thought\nI look.<channel|><|tool_call>call:get_weather{city:<|"|>Bern<|"|>}<tool_call|>',
  xlam: `[${named}]`,
  "ernie4.5": `I look.\n</think>\n\n\n${hermesCall}\n`,
  "seed-oss": `<seed:think>I look.</seed:think><seed:tool_call>\n${functionTags}\n</seed:tool_call>`,
  "hunyuan-a13b": `<think>I look.</think>\n<tool_calls>[${named}]</tool_calls>`,
  olmo3: '<function_calls>get_weather(city="Bern")</function_calls>',
  smollm3: `<tool_call>${named}</tool_call>`,
  lfm2: 'I look.<|tool_call_start|>[get_weather(city="Bern")]<|tool_call_end|>',
  step3:
    "I look.<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜>" +
    '<steptml:invoke name="get_weather"><steptml:parameter name="city">Bern</steptml:parameter></steptml:invoke>' +
    "<｜tool_call_end｜><｜tool_calls_end｜>",
  gigachat3: `I look.<|message_sep|>\n\nfunction call<|role_sep|>\n${named}`,
  "functionary-v3.2": 'get_weather\n{"city": "Bern"}',
  minicpm5: '<function name="get_weather"><param name="city">Bern</param></function>',
  inkling:
    "<|content_thinking|>I look.<|end_message|><|message_model|>get_weather<|content_invoke_tool_json|>" +
    '{"name": "get_weather", "args": {"city": "Bern"}}',
  glimmer:
    " to=functions<|message|><atem:function_calls>" +
    '<atem:invoke name="get_weather"><atem:parameter name="city">Bern</atem:parameter></atem:invoke>' +
    "</atem:function_calls>",
  sarashina: "<|tool_calls|>[{'name': 'get_weather', 'arguments': {'city': 'Bern'}}]",
  "search-r1": "<think>I look.</think>\n<search> weather Bern </search>",
  "function-tags": `I look.\n\n${functionTags}`,
  react: 'Thought: I look.\nAction: get_weather\nAction Input: {"city": "Bern"}\n',
};
