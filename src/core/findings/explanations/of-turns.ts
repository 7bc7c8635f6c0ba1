import type { Explanation } from "./explanation.ts";

/** F09 to F17. */
export const ofTurns: readonly Explanation[] = [
  {
    rule: "F09",
    title: "Invented result",
    level: "Error. Turn: polluted.",
    what: "The policy wrote what only the environment may write: `<tool_response>`, or ReAct's `Observation:` after a call.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}
</tool_call>
<tool_response>
21 degrees
</tool_response><|im_end|>`,
    place:
      "The break stands at the marker of the result; due was text, a call or the end of the turn. Legal again nowhere: what follows is invention.",
    why: "The policy answers itself and never waits for the tool. If results are not masked in the loss, it has been trained to.",
    remedy:
      "Check that observations are masked, and that the stop strings end generation after a call.",
    silent: null,
    seen: "claude-code#47055, claude-code#64187, nesquena/hermes-webui#133.",
  },
  {
    rule: "F10",
    title: "Text after a call",
    level: "Warning. The turn's state stays.",
    what: "Ordinary text follows the last call of a turn, in a family whose format forbids it: Qwen3-Coder's template says that there must be no suffix.",
    family: "qwen3-coder-xml",
    example: `<tool_call>
<function=get_weather>
<parameter=city>
Oslo
</parameter>
</function>
</tool_call>
Let me know if you need more.<|im_end|>`,
    place:
      "The break stands at the first character of the text; due was another call or the end of the turn. Legal again where the text ends.",
    why: "Parsers drop that text, take it for part of the arguments, or wait for an answer that never comes. A policy that talks on after a call has not learned that the environment speaks next.",
    remedy:
      "End generation at the call's closing marker, or mask what comes after it. See whether supervised data has text after calls.",
    silent:
      "Families that are used to it: Hermes, Qwen3, Harmony, and those whose results stand in the same turn.",
    seen: "The chat template of Qwen3-Coder; vllm-project/vllm#55954, ml-explore/mlx-lm#1448.",
  },
  {
    rule: "F11",
    title: "Unknown tool",
    level: "Error. The turn's state stays.",
    what: "A call of a tool that the rollout did not declare. The nearest declared name is suggested.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_wether", "arguments": {"city": "Oslo"}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the name; due is the nearest declared name, or any. Legal again after the name.",
    why: "The call is well-formed and fails all the same. A name that loses its first letters can be a sign of a tokenizer that does not fit.",
    remedy:
      "Compare the name with the declared ones; see whether the same name comes again and again, in which case the prompt may show it.",
    silent:
      "Files that do not say which tools there were, and prompts that declare tools in a way that is not wholly understood.",
    seen: "ollama/ollama#8294, ogx-ai/ogx#124, zai-org/GLM-5#84.",
  },
  {
    rule: "F12",
    title: "Arguments do not fit the schema",
    level: "Error; a parameter too many is a warning. The turn's state stays.",
    what: "The arguments fail the tool's own JSON schema: a required one is missing, a type is wrong, a value is not among those allowed, a key is not declared.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": {"town": "Oslo"}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the value that does not fit; of a missing argument at the bracket that came where it was due. Legal again after the call.",
    why: "The tool will refuse the call or, worse, run with a default.",
    remedy:
      "Look at the same argument over the group: if all samples fail alike, the schema or its description is the likelier cause.",
    silent:
      "Schemas that do not compile, load others, or are larger than any tool needs; formats; patterns that could take very long.",
    seen: "vllm-project/vllm#49248.",
  },
  {
    rule: "F13",
    title: "Malformed argument markup",
    level: "Error. Turn: polluted; collapsed where no tool can be read.",
    what: "The tags or delimiters around a call's name, its keys or its values are missing, doubled, broken or in the wrong place: no `</parameter>`, a `<arg_value>` that never came, a string without its delimiter.",
    family: "qwen3-coder-xml",
    example: `<tool_call>
<function=get_weather>
<parameter=city>
Oslo
</function>
</tool_call><|im_end|>`,
    place:
      "The break stands at the first tag that is wrong, or at what came where one was due. Legal again after the call, if it is closed.",
    why: "Nothing is escaped in these notations, so a lost tag moves the border between two arguments: a parser hands the tool a value with markup in it, or half of the arguments.",
    remedy:
      "Compare the raw text with what the engine's parser made of it. Tags that are lost under load or after quantization are the engine's doing, not the policy's; see whether their tokens were likely.",
    silent: "A value that itself looks like markup, as code does, as long as it is closed.",
    seen: "vllm-project/vllm#47190, vllm-project/vllm#49248, exo-explore/exo#2187, ollama/ollama#15374.",
  },
  {
    rule: "F14",
    title: "Thinking never closed",
    level: "Warning. Turn: polluted; collapsed where nothing was thought.",
    what: "`<think>` was opened, and the turn ended or the text stops without `</think>`.",
    family: "qwen3-hermes",
    example: `<think>
The user asks for the weather in<|im_end|>`,
    place:
      "The break stands at the stop token, or at the last token; due was the end of thinking. Legal again nowhere in the turn.",
    why: "There is neither an answer nor a call, and many parsers show the whole thought as the answer.",
    remedy:
      "If the text stops, raise the length limit or shorten thinking. If a stop token came, look at its probability while thinking: it should be close to nought.",
    silent: null,
    seen: "langgenius/dify#41764, huggingface/chat-ui#2127.",
  },
  {
    rule: "F15",
    title: "Call inside thinking",
    level: "Warning. The turn's state stays.",
    what: "`<tool_call>` came before `</think>`.",
    family: "qwen3-hermes",
    example: `<think>
I should look.
<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the opener; due was the end of thinking. Legal again right after it.",
    why: "Some engines end thinking there and run the call; others take the call for part of the thought and drop it. Training and serving may differ.",
    remedy:
      "Check what your rollout engine does and what you will serve with. If it happens often, add data with `</think>` before calls.",
    silent: null,
    seen: "vybestack/llxprt-code#749, vllm-project/vllm#32216.",
  },
  {
    rule: "F16",
    title: "Stray thinking marker",
    level: "Warning. Turn: polluted.",
    what: "`</think>` where nothing was thought, a second `<think>`, or thinking that begins in the middle of the answer.",
    family: "qwen3-hermes",
    example: "It is sunny.</think> Bye.<|im_end|>",
    place:
      "The break stands at the marker; due was text, a call or the end of the turn. Legal again right after it.",
    why: "What is shown as an answer and what is hidden as a thought gets mixed up.",
    remedy:
      "Check what the generation prompt ends in: if it opens thinking itself, the policy must not. One `<think>` repeated at the very beginning is accepted.",
    silent: null,
    seen: "drama_llama#109.",
  },
  {
    rule: "F17",
    title: "Broken header",
    level: "Error. Turn: polluted.",
    what: "A message's header holds something else than a role, a channel, a recipient and a constraint; or two channels; or a channel or role that does not exist.",
    family: "gpt-oss-harmony",
    example: '<|channel|>commentary to=functions.get_weather??<|message|>{"city": "Oslo"}<|call|>',
    place:
      "The break stands at the first character that no header has; due is a role, a channel, a recipient, the constraint or the marker that ends the header. Legal again at the message's text.",
    why: "The header says who is spoken to. A parser that cannot read it fails the whole turn, or shows a call as text.",
    remedy:
      "Look at the probability of the header's tokens: at temperature 1 some models corrupt a few headers in a hundred. Constrain decoding in headers, and count such turns as format errors in training.",
    silent: null,
    seen: "openai/harmony#38, openai/harmony#97, ggml-org/llama.cpp#27720, vllm-project/vllm#51977.",
  },
];
