import type { Explanation } from "./explanation.ts";

/** F01 to F08. */
export const ofCalls: readonly Explanation[] = [
  {
    rule: "F01",
    title: "Unclosed call",
    level: "Error. Turn: polluted; collapsed where nothing but the opener came.",
    what: "A call was begun and never closed: its JSON is complete, or it has none at all, and then the turn stops or goes on without `</tool_call>`.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}<|im_end|>`,
    place:
      "The break stands at the token that came where `</tool_call>` was due; at the last token where nothing came; at the opener where the call is empty. A family whose calls end with their brackets (Mistral, Llama) has it where the JSON stops. Legal again nowhere in the turn.",
    why: "Most harnesses look for the closing marker. Without it they take the turn for an ordinary reply, run nothing and go on, so the reward falls while no error is counted. A lone `<tool_call>` whose `<|im_end|>` was stripped from the log is the usual look of a collapsed policy.",
    remedy:
      "Look at the probability of `</tool_call>` where the call should have ended, and compare it with an earlier training step. Make the harness count a turn that opens a call and does not close it as a format error. If many calls end like this at the same length, raise the token limit.",
    silent:
      "What is cut off is never completed. A call counts as recoverable only where its arguments are complete, by their own last bracket or closing tag, and nothing but what closes it is missing.",
    seen: "The Hermes parser of vLLM has an arm for calls without an end; sgl-project/sglang#40236.",
  },
  {
    rule: "F02",
    title: "Nested call",
    level: "Error. Turn: polluted.",
    what: "Another `<tool_call>` came while a call was still open.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": <tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the second opener; due was what the JSON needed next, or the closing marker. Legal again after the inner call, if that one is whole.",
    why: "The probability of the opener has grown beyond the places where it belongs. It is the pollution that comes before a collapse. Parsers take either the outer call, which is broken, or both as one.",
    remedy:
      "Look at the control-token probability before the break: if it rises over several steps, the run is on its way. Blend in supervised data before it goes on.",
    silent: null,
    seen: "getsigit/sigit#95; arXiv 2606.26027.",
  },
  {
    rule: "F03",
    title: "Stop inside a call",
    level: "Error. Turn: collapsed where the call is empty, else polluted.",
    what: "The turn ended inside a call: `<|im_end|>` or `<|endoftext|>` came before the JSON was complete.",
    family: "qwen3-hermes",
    example: "<tool_call><|im_end|>",
    place:
      "The break stands at the stop token; due was what the call needed next. Legal again nowhere in the turn.",
    why: "`<tool_call><|im_end|>` is the end state of a collapse: the shortest string that ends a turn. It earns nothing and costs nothing, and an environment that treats it as a reply keeps it alive.",
    remedy:
      "With an empty call, look at the whole run, not at this rollout: when did the share of such turns begin to grow? With half a call, compare the probability of the stop token with what is usual inside a call; it should be close to nought.",
    silent: null,
    seen: "arXiv 2606.26027, table 3.",
  },
  {
    rule: "F04",
    title: "Close without an opener",
    level: "Error. Turn: polluted.",
    what: "`</tool_call>` came where no call was open.",
    family: "qwen3-hermes",
    example: `It is sunny.
</tool_call><|im_end|>`,
    place:
      "The break stands at the closing marker; due was text, a call or the end of the turn. Legal again right after it.",
    why: "Either the opener was dropped, and a call is lost, or the closing marker has become a habit at the end of a turn.",
    remedy:
      "Look at the text before it. If it is a call without its opener, the decoding or the template may have eaten the opener: check what the generation prompt ends in. If it is prose, watch the probability of `</tool_call>` at the end of replies.",
    silent: null,
    seen: "ollama/ollama#16686, ollama/ollama#18530, ai-dynamo/frontend-crates#60.",
  },
  {
    rule: "F05",
    title: "Call without its wrapper",
    level: "Error. Turn: polluted.",
    what: "The inside of a call without the marker around it: `<function=NAME>` of Qwen3-Coder without `<tool_call>`, `<|tool_call_begin|>` of Kimi without its section; in Hermes families `<function=NAME>` as well. It is reported where the name is a declared tool or, if tools are unknown, where it begins a line.",
    family: "qwen3-hermes",
    example: `<function=get_weather>
<parameter=city>
Oslo
</parameter>
</function>
</tool_call><|im_end|>`,
    place:
      "The break stands at the inner marker; due was the wrapper before it. Legal again after the marker.",
    why: "The harness sees text and runs nothing.",
    remedy:
      "Check that the system prompt and the chat template speak of the same notation, and that supervised data was not taken from another family.",
    silent: null,
    seen: "QwenLM/Qwen3-Coder#475, vllm-project/vllm#48931, vllm-project/vllm#32216, ollama/ollama#17742.",
  },
  {
    rule: "F06",
    title: "Broken marker",
    level: "Error. Turn: polluted; collapsed where nothing else came.",
    what: "A text that was meant as a control token and is not: at most two characters are wrong (`<tool_call`, `</tool_cal>`), or the exact text was spelled in several ordinary tokens although the policy has one token for it.",
    family: "qwen3-hermes",
    example: `<toolcall>
{"name": "get_weather", "arguments": {"city": "Oslo"}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the first character of the broken text; due was the marker. Legal again after it, and a call that a broken opener begins is read on.",
    why: "No parser that looks for the token finds it. The pieces are trained in its place, so the slip can spread.",
    remedy:
      "In pieces: check that the training data was tokenized with the markers as added tokens. Misspelled: check for a temperature that is too high or a quantization that is too coarse.",
    silent:
      "Markers of a vocabulary that has no single token for them, HTML, generic types such as `list<tool_calls>`, and the words of a marker in prose.",
    seen: "vllm-project/vllm#51914, CommandCodeAI/command-code#909, exo-explore/exo#1882, lmstudio-ai/lmstudio-bug-tracker#2224.",
  },
  {
    rule: "F07",
    title: "Truncated JSON",
    level: "Error. Turn: polluted; collapsed where the call is empty.",
    what: "The call was closed, or the text stops, before its JSON or its list of arguments is complete.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}
</tool_call><|im_end|>`,
    place:
      "The break stands at what came instead: the closing marker, or the last token. Due is the bracket, quote, comma or value that was missing. Legal again after the closing marker.",
    why: "`json.loads` fails. Engines that complete the missing brackets hide it: what you log is then not what was sampled.",
    remedy:
      "If the text simply stops, look for a length limit. If `</tool_call>` came early, look at its probability inside the arguments. Compare the raw text with what your engine's parser says it was.",
    silent:
      "A closing marker that the text's end cuts in the middle is F01. Arguments that are cut off are never completed, so such a call is not recoverable; one of which only the outer bracket is missing is.",
    seen: "anomalyco/opencode#23065, vllm-project/vllm#21544, vllm-project/vllm#10398.",
  },
  {
    rule: "F08",
    title: "Invalid JSON",
    level: "Error. Turn: polluted; collapsed where no tool can be read.",
    what: "The call's body is not what its syntax asks for. In JSON families that is one object with `name` and `arguments`: a wrong character, a bracket too many, words after the object, two objects in one call, a missing `name`, `parameters` or a string instead of an `arguments` object. Pythonic and Gemma calls are checked in the same way.",
    family: "qwen3-hermes",
    example: `<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}}
</tool_call><|im_end|>`,
    place:
      "The break stands at the first wrong character; due is what the syntax allows there. Legal again after the call, if it is closed.",
    why: "No harness can run the call. What it tells the policy then (an error, or nothing) is part of the reward's shape.",
    remedy:
      "The break stands at the first wrong character. Single quotes and `None` come from Python-like data; raw line breaks from arguments that hold code; two objects from data that writes several calls into one.",
    silent:
      "A marker in backticks or a code fence is a quotation. In the middle of a sentence (`use the <tool_call> tag`) it is told: a control token begins a call wherever it stands. Where markers are ordinary text (Hunyuan, SmolLM3, Olmo 3) such a mention is a warning if it is never closed.",
    seen: "vllm-project/vllm#17790, ml-explore/mlx-lm#1448, verl-project/verl#7177.",
  },
];
