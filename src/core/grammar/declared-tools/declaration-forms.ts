import type { Declaration } from "./declaration.ts";
import { readGemmaTool } from "./gemma-tools.ts";
import { readJsonTools } from "./json-tools.ts";
import { readNumberedFunction } from "./numbered-functions.ts";
import { readSignatures } from "./python-signatures.ts";
import { readTaggedTools } from "./tagged-tools.ts";

/** A place where templates declare tools: what stands before and behind them, and who reads what is between. */
export interface DeclarationForm {
  readonly begin: string;
  /** What comes right after `begin`; instructions name the tags too. */
  readonly opens: RegExp;
  /** Text that ends it: the first that comes. */
  readonly ends: readonly string[];
  readonly read: (text: string, from: number, to: number) => Declaration;
  /** It ends where its objects do: their strings may quote the end. */
  readonly endsItself?: true;
  /** Only a system message says so; a user's may be code. */
  readonly bySystem?: true;
}

/** Who writes a form is said for the reader: any family's text may have it. */
export const declarationForms: readonly DeclarationForm[] = [
  // Qwen, Hermes, GLM, Granite 4, Hunyuan, SmolLM3 put JSON into these tags, MiniMax JSON in `<tool>` tags.
  objects("<tools>", "</tools>"),
  // Qwen3-Coder, Nemotron 3, Step 3.5.
  {
    begin: "<tools>",
    opens: /^\s*<function>\s*<name>/,
    ends: ["</tools>"],
    read: readTaggedTools,
  },
  // DeepSeek V3.2, Olmo 3.
  objects("<functions>", "</functions>"),
  // ERNIE.
  objects("<tool_list>", "</tool_list>"),
  // Jamba.
  objects("<tool_definitions>", "</tool_definitions>"),
  objects("<available_tools>", "</available_tools>"),
  // Nemotron Nano 2.
  objects("<AVAILABLE_TOOLS>", "</AVAILABLE_TOOLS>"),
  // Mistral.
  objects("[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
  // LFM2.
  objects("<|tool_list_start|>", "<|tool_list_end|>"),
  // Phi-4-mini.
  objects("<|tool|>", "<|/tool|>"),
  // Sarashina.
  objects("<|available_tools|>", "</s>", "<|"),
  // xLAM.
  objects("[BEGIN OF AVAILABLE TOOLS]", "[END OF AVAILABLE TOOLS]"),
  // Kimi K2; what it declares in TypeScript is found by its namespace.
  objects("<|im_system|>tool_declare<|im_middle|>", "<|im_end|>"),
  // InternLM 2.5.
  objects("<|im_start|>system name=<|plugin|>\n", "<|im_end|>"),
  // Granite 3.
  objects("<|start_of_role|>tools<|end_of_role|>", "<|end_of_text|>"),
  objects("<|start_of_role|>available_tools<|end_of_role|>", "<|end_of_text|>"),
  // GigaChat 3.
  objects("available functions<|role_sep|>", "<|message_sep|>"),
  gemma("<start_function_declaration>", "<end_function_declaration>"),
  gemma("<|tool>", "<tool|>"),
  // OpenHands, SWE-smith, SWE-agent.
  {
    begin: "---- BEGIN FUNCTION #",
    opens: /^\d+: /,
    ends: ["---- END FUNCTION #"],
    read: readNumberedFunction,
  },
  // Seed-OSS.
  signatures("Function:\n", "<seed:eos>"),
  // Command R.
  signatures("Here is a list of tools that you have available to you:\n\n```python\n", "\n```"),
  // MiniCPM 3.
  signatures("Here is a list of functions that you can invoke:\n```python\n", "\n```"),
];

/**
 * Words with which templates and benchmarks introduce objects in the same turn, where no marker ends them: Llama 3 and 4,
 * ToolACE, xLAM-2, Granite 20B, Command R7B, DeepSeek V3 and V4, LFM2.5, Glimmer, Phi-4-mini, Seed-OSS, Kimi K3, Hunyuan.
 */
export const introductions: readonly string[] = [
  "Given the following functions, please respond with a JSON for a function call",
  "You have access to the following functions. To call a function, please respond with JSON",
  "You have access to the following functions. To call functions, please respond with a python list",
  "Given the following functions, please respond with a python list for function calls",
  "Use the function '",
  "Here is a list of functions in JSON format that you can invoke",
  "You have the following functions available",
  "You have access to a set of tools. When using tools, make calls in a single JSON array",
  "<|function_call_library|>",
  "You can ONLY use the tools listed here",
  "### Available Tool Schemas",
  "functions available in JSONSchema format",
  "List of tools: [",
  "you can choose to call one or more of the provided functions",
  "You are authorized to use the following tools (described in JSON Schema format)",
  "Here are the available tools, described in JSONSchema",
  "以下是你可以调用的函数列表，格式为JSON",
];

function objects(begin: string, ...ends: readonly string[]): DeclarationForm {
  const opens = /^(?:# Tools)?[\s[]*(?:```\w*\s*)?(?:<(?:function|tool)>\s*)?\{/;
  return { begin, opens, ends, read: readJsonTools, endsItself: true };
}

function gemma(begin: string, end: string): DeclarationForm {
  return { begin, opens: /^\s*(?:declaration|call):/, ends: [end], read: readGemmaTool };
}

function signatures(begin: string, end: string): DeclarationForm {
  return {
    begin,
    opens: /^(?:def|from|class) /,
    ends: [end],
    read: readSignatures,
    bySystem: true,
  };
}
