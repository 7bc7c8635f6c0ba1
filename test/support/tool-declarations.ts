import type { Family } from "../../src/core/grammar/family.ts";
import { healthyConversation, type Said } from "./conversations.ts";

/** A healthy conversation whose prompt declares `get_weather(city: string)` and `sum` as the family's template does. */
export function declaringConversation(family: Family): readonly Said[] | null {
  const declare = declarations[family.id];
  if (declare === undefined) return null;
  const [first, ...rest] = healthyConversation(family);
  const prompt = first?.text ?? "";
  const text =
    typeof declare === "string" ? prompt.replace("Be brief.", () => declare) : declare(prompt);
  return [{ author: "environment", text }, ...rest];
}

const city = {
  type: "object",
  properties: { city: { type: "string", description: "The city" } },
  required: ["city"],
};
const numbers = {
  type: "object",
  properties: { items: { type: "array", items: { type: "number" } } },
  required: ["items"],
};
const flat = [
  { name: "get_weather", description: "It's the weather, <now>", parameters: city },
  { name: "sum", description: "Adds", parameters: numbers },
];
const typed = flat.map((tool) => ({ type: "function", function: tool }));

/** JSON as templates' `tojson` writes it. */
export function lines(values: readonly object[]): string {
  return values.map((value) => JSON.stringify(value)).join("\n");
}

function indented(values: readonly object[]): string {
  return values.map((value) => JSON.stringify(value, null, 4)).join("\n\n");
}

const inTools = (inner: string): string =>
  `# Tools\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n${inner}\n</tools>\n\n` +
  "For each function call, return a json object.";

const coderTools = inTools(
  [
    ["get_weather", "city", "string"],
    ["sum", "items", "array"],
  ]
    .map(
      ([name, key, type]) =>
        `<function>\n<name>${name}</name>\n<description>What it does: <name>x</name></description>\n<parameters>\n` +
        `<parameter>\n<name>${key}</name>\n<type>${type}</type>\n<description>Its <type></description>\n</parameter>\n` +
        `<required>["${key}"]</required>\n</parameters>\n</function>`,
    )
    .join("\n"),
);

const namespace =
  "namespace functions {\n\n// It's the weather,\n// now\ntype get_weather = (_: {\n// The city\ncity: string,\n" +
  'unit?: "c" | "f", // default: c\n}) => any;\n\n// Adds\ntype sum = (_: {\nitems: number[],\n}) => any;\n\n' +
  "} // namespace functions";

function gemma(open: string, quote: string, close: string): string {
  const q = (text: string): string => quote + text + quote;
  return (
    `${open}declaration:get_weather{description:${q('It is "the weather": {now}')},parameters:{properties:{city:{` +
    `description:${q("The city")},type:${q("STRING")}}},required:[${q("city")}],type:${q("OBJECT")}}}${close}` +
    `${open}declaration:sum{description:${q("Adds")},parameters:{properties:{items:{items:{type:${q("NUMBER")}},` +
    `type:${q("ARRAY")}}},required:[${q("items")}],type:${q("OBJECT")}}}${close}`
  );
}

const pythonDicts =
  "[{'type': 'function', 'function': {'name': 'get_weather', 'description': \"It's now\", 'parameters': " +
  "{'type': 'object', 'properties': {'city': {'type': 'string'}}, 'required': ['city'], 'strict': True}}}, " +
  "{'name': 'sum', 'parameters': {'type': 'object', 'properties': {}, 'default': None}}]";

const llama =
  "Given the following functions, please respond with a JSON for a function call with its proper arguments.\n\n" +
  'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}. ' +
  `Do not use variables.\n\n${indented(typed)}\n\n`;
const listOfFunctions = `Here is a list of functions in JSON format that you can invoke:\n${JSON.stringify(flat, null, 4)}\nYou should only return the function call.`;
const headed =
  "## Tools\nYou have access to the following tools:\n\n" +
  flat
    .map(
      (tool) =>
        `### ${tool.name}\nDescription: ${tool.description}\n\nParameters: ${JSON.stringify(tool.parameters)}\n\n`,
    )
    .join("") +
  "IMPORTANT: ALWAYS adhere to this exact format for tool use";
const jsonSchema = "Here are the functions available in JSONSchema format:\n";
const numbered =
  "You have access to the following functions:\n\n---- BEGIN FUNCTION #1: get_weather ----\nDescription: It's now\n\n" +
  "Parameters:\n  (1) city (string, required): The city\nAllowed values: [`Bern`, `Oslo`, `town`]\n" +
  "  (2) days (integer, optional): Days\n---- END FUNCTION #1 ----\n\n---- BEGIN FUNCTION #2: sum ----\n" +
  "Description: Adds\nNo parameters are required for this function.\n---- END FUNCTION #2 ----\n";
const signatures =
  '\n\nFunction:\ndef get_weather(city: str,days: int):\n    """\n    It is now\n\n    Args:\n' +
  '    - city (str) [必填]: The city\n    - days (int) [选填]: Days\n\n    """\n' +
  '\n\nFunction:\ndef sum(items: list):\n    """\n    Adds\n\n    Args:\n    - items (list) [必填]: them\n\n    """\n';
/** Put together by hand: a description as it is, and of two brackets one. */
const byHand = flat
  .map(
    (tool) =>
      `{"type": "function", "function": {"name": "${tool.name}", "description": "${tool.name}(...) - "so"\n\n    Args:\n        x", ` +
      `"parameters": ${JSON.stringify(tool.parameters)}}`,
  )
  .join("\n");
const react =
  "You have access to the following tools:\n\nget_weather: It's now, args: {'city': {'title': 'City', 'type': 'string'}}\n" +
  "sum(items) -> float: Adds\n\nUse the following format:\n\nThought: think\nAction: the action to take, should be one of " +
  "[get_weather, sum]\nAction Input: the input\nObservation: the result";
const python =
  "Given the following functions, please respond with a JSON for a function call\n\n" + pythonDicts;

function before(header: string, text: string): (prompt: string) => string {
  return (prompt) => prompt.replace(header, () => text + header);
}

/** What the template writes: in place of the system's words, or where it does. */
const declarations: Readonly<Record<string, string | ((prompt: string) => string)>> = {
  "qwen3-hermes": inTools(lines(typed)),
  "qwen2.5-hermes": inTools(lines(typed)),
  hermes: `You are given function signatures within <tools></tools> XML tags. <tools> ${byHand} </tools>Use the schema: {"title": "x"}`,
  "qwen3-coder-xml": coderTools,
  "llama3.1-json": (prompt) => prompt.replace("Weather in Bern?", () => `${llama}Weather in Bern?`),
  "llama-pythonic": listOfFunctions,
  mistral: (prompt) =>
    prompt.replace("[AVAILABLE_TOOLS] []", () => `[AVAILABLE_TOOLS] ${JSON.stringify(typed)}`),
  "mistral-args": before("[INST]", `[AVAILABLE_TOOLS]${JSON.stringify(typed)}[/AVAILABLE_TOOLS]`),
  "deepseek-v3":
    "## Tools\n\n### Function\n\nYou have the following functions available:\n\n" +
    flat
      .map((tool) => `- \`${tool.name}\`:\n\`\`\`json\n${JSON.stringify(tool)}\n\`\`\`\n`)
      .join(""),
  "deepseek-v3.1": headed,
  "deepseek-dsml": `${jsonSchema}<functions>\n${lines(flat)}\n</functions>\n`,
  "gpt-oss-harmony": before(
    "<|start|>user",
    `<|start|>developer<|message|># Instructions\n\nBe brief.\n\n# Tools\n\n## functions\n\n${namespace}<|end|>`,
  ),
  glimmer:
    `${jsonSchema}// Tool metadata\n${lines([{ name: "weather", description: "" }])}\n// Function schemas\n` +
    `${lines(flat)}\n\nHere's an example.`,
  "glm-4.5": inTools(lines(typed)),
  "kimi-k2": before(
    "<|im_system|>system",
    `<|im_system|>tool_declare<|im_middle|>${JSON.stringify(typed)}<|im_end|>`,
  ),
  "minimax-m2": inTools(flat.map((tool) => `<tool>${JSON.stringify(tool)}</tool>`).join("\n")),
  "minimax-m3": inTools(flat.map((tool) => `<tool>${JSON.stringify(tool)}</tool>`).join("\n")),
  granite3: before(
    "<|start_of_role|>user",
    `<|start_of_role|>tools<|end_of_role|>${JSON.stringify(flat, null, 4)}<|end_of_text|>\n`,
  ),
  "granite-20b-fc": `You are helpful.\n<|function_call_library|>\n${lines(flat)}\n\nIf none of the functions are relevant`,
  granite4: inTools(lines(typed)),
  "phi4-mini": (prompt) =>
    prompt.replace("Be brief.", () => `Be brief.<|tool|>${JSON.stringify(flat)}<|/tool|>`),
  internlm2: before(
    "<|im_start|>user",
    `<|im_start|>system name=<|plugin|>\n${JSON.stringify(flat)}<|im_end|>\n`,
  ),
  jamba: `<tool_definitions>\n${JSON.stringify(typed)}\n</tool_definitions>`,
  "cohere-command":
    "## Available Tools\nHere is the list of tools that you have available to you.\nYou can ONLY use the tools listed here.\n" +
    `\n\`\`\`json\n${JSON.stringify(flat.map((tool) => ({ ...tool, responses: {} })))}\n\`\`\`\n`,
  functiongemma: `You can call functions${gemma("<start_function_declaration>", "<escape>", "<end_function_declaration>")}`,
  gemma4: `Be brief.${gemma("<|tool>", '<|"|>', "<tool|>")}`,
  xlam: `[BEGIN OF AVAILABLE TOOLS]\n${JSON.stringify(flat)}\n[END OF AVAILABLE TOOLS]`,
  "ernie4.5": `<tool_list>\n${JSON.stringify(typed)}\n</tool_list>`,
  "seed-oss": signatures,
  "hunyuan-a13b":
    '请将其格式化为<tool_calls>[{"name": "func_name1", "arguments": {"argument1": "value1"}},...]</tool_calls>。' +
    `以下是你可以调用的函数列表，格式为JSON。\n\n${JSON.stringify(typed)}\n`,
  olmo3: `You have these functions: <functions>${JSON.stringify(flat)}</functions>`,
  smollm3: inTools(pythonDicts),
  lfm2: `List of tools: <|tool_list_start|>[${typed.map((tool) => JSON.stringify(tool)).join(", ")}]<|tool_list_end|>`,
  step3: inTools(lines(typed)),
  gigachat3: before(
    "user<|role_sep|>",
    `function descriptions<|role_sep|>\n${namespace}\n\n<|message_sep|>\n\n`,
  ),
  "gemma3-prompted": listOfFunctions,
  "kimi-k3": `# Tools\nHere are the available tools, described in JSONSchema.\n\n\`\`\`json\n${JSON.stringify(typed)}\n\`\`\``,
  "functionary-v3.2": `// Supported function definitions\n${namespace}`,
  minicpm5: inTools(lines(typed)),
  sarashina: python,
  "function-tags": numbered,
  react,
};
