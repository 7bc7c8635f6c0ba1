import type { TurnFormId } from "../transcript/turn-form.ts";

/** What a control token does. Where a family has no such token the role is absent from its list. */
export type ControlRole =
  | "begin-of-text"
  /** Begins a turn; `speaker` tells whose where the token itself says it (`<|user|>`). */
  | "turn-start"
  | "turn-end"
  | "end-of-text"
  /** Ends a turn's or a message's header (`<|end_header_id|>`, `<|message|>`). */
  | "header-end"
  /** Ends a message but not the turn (`<|end|>` of Harmony, `<|eom_id|>`). */
  | "message-end"
  | "channel"
  | "constrain"
  | "section-begin"
  | "section-end"
  | "call-begin"
  | "call-end"
  /** Between a call's name and its arguments (`<｜tool▁sep｜>`, `[ARGS]`). */
  | "separator"
  | "key-begin"
  | "key-end"
  | "argument-begin"
  | "argument-end"
  | "string-delimiter"
  /** What kind of call follows (`<|plugin|>`), or its id (`[CALL_ID]`). */
  | "call-kind"
  | "think-begin"
  | "think-end"
  | "result-begin"
  | "result-end"
  /** Wraps plain text or the final answer (`<|START_RESPONSE|>`, `<answer>`). */
  | "text-begin"
  | "text-end"
  /** A piece that other markers and tags are made of (`<|open|>`, `]<]minimax[>[`); alone it means nothing. */
  | "markup"
  /** Only a prompt has it (`[AVAILABLE_TOOLS]`). */
  | "prompt-only";

export interface ControlToken {
  readonly text: string;
  readonly role: ControlRole;
  readonly speaker?: "system" | "user" | "assistant" | "tool";
}

/** The machine that reads a family's turns; docs/families.md says which source shows it. */
export type MachineId =
  "wrapped-call" | "section" | "open-call" | "bare" | "harmony" | "next-role" | "text-tags";

/** How a call is written between its markers; each kind has a reader of its own (`body-readers.ts`). */
export type CallSyntax =
  | {
      /** `{"name": …, "arguments": {…}}`, or a list of them. */
      readonly kind: "json";
      readonly holds: "object" | "list" | "either";
      readonly nameKey: string;
      readonly argumentsKey: string;
      /** Another key that its harnesses take for the arguments (Llama fine-tunes write `arguments`). */
      readonly otherArgumentsKey?: string;
      /** `python`: a literal of dicts in single quotes with True, False, None. */
      readonly dialect: "json" | "python";
      /** Text that stands before it (`functools`); empty for none. */
      readonly prefix: string;
    }
  | {
      /** A name, something between, and JSON arguments: Kimi, DeepSeek V3, Mistral v13, Functionary. */
      readonly kind: "named-json";
      /** What the name may begin with and is not part of it (`functions.`, `function<｜tool▁sep｜>`). */
      readonly prefix: string;
      /** What ends the name: a marker's text, `:IDX` and a marker, or a line end. */
      readonly nameEnd: string;
      /** Calls are numbered after the name (`functions.NAME:0`). */
      readonly numbered: boolean;
      /** The arguments stand in a ```json fence. */
      readonly fenced: boolean;
    }
  | {
      /** Tags around a call and around each parameter: Qwen3-Coder, MiniMax, DSML, Step-3, Seed, MiniCPM5, Kimi K3. */
      readonly kind: "tags";
      readonly call: TagForm;
      readonly parameter: TagForm;
      /**
       * How values are typed: by the schema or as they look (`raw`), by an attribute, by `<![CDATA[` where one is written,
       * or as text that may hold further elements named after their keys (`elements`, MiniMax M3).
       */
      readonly values: "raw" | "string-attribute" | "type-attribute" | "cdata" | "elements";
      /** What the template puts on lines of their own; a look-alike in mid-line is then data. `between-tags` if absent. */
      readonly newlines?: "around-values" | "between-tags" | "none";
      /** What stands before the call's tag (Step-3: `function<｜tool_sep｜>`). */
      readonly prefix?: string;
    }
  | {
      /** GLM: `NAME\n<arg_key>K</arg_key>\n<arg_value>V</arg_value>`. */
      readonly kind: "key-value";
    }
  | {
      /** `[f(a=1), g(b="x")]`, one call a line, or a block of statements (Gemma 3's fence). */
      readonly kind: "pythonic";
      readonly layout: "list" | "lines" | "block";
    }
  | {
      /** `call:NAME{key:<|"|>value<|"|>,n:3}` of FunctionGemma and Gemma 4. */
      readonly kind: "gemma";
      readonly delimiter: string;
    }
  | {
      /** A tool's query as free text between two tags (`<search>`); the tool is the tag's name. */
      readonly kind: "free-text";
    }
  | {
      /** `Action: NAME\nAction Input: ARGS`. */
      readonly kind: "react";
    };

/**
 * An element's form. A name after a quote (`<invoke name="`) ends at the next quote and attributes may follow it; any
 * other ends where `after` begins.
 */
export interface TagForm {
  readonly before: string;
  /** What ends the opening tag, without the name's quote: `>`, `<|sep|>`. */
  readonly after: string;
  /** The closing tag, or what it begins with where it repeats the name (`closeAfter`). */
  readonly close: string;
  /** What follows the name in a closing tag that repeats it (MiniMax M3: `>`). */
  readonly closeAfter?: string;
}

/** Calls of a model's own tools as source code (Llama 3.1: `<|python_tag|>`). */
export interface CodeCalls {
  readonly opener: string;
  /** What a prompt writes that allows it. */
  readonly sign: string;
  /** Called as `brave_search.call(query="…")`; any other code is for the interpreter. */
  readonly tools: readonly string[];
  /** How the harness calls the interpreter. */
  readonly interpreter: string;
}

/** A tool-call grammar as data. Ids are resolved by content from the loaded tokenizer, never hard-coded. */
export interface Family {
  readonly id: string;
  readonly title: string;
  /** Models that write it, for people who choose by hand. */
  readonly models: readonly string[];
  readonly machine: MachineId;
  /** How its turns are written; several where its bases differ. */
  readonly turns: readonly TurnFormId[];
  /** Index in this list is the control's number everywhere: columns, masks, charts. At most 31. */
  readonly controls: readonly ControlToken[];
  readonly calls: CallSyntax;
  /** A call's markers are several ordinary tokens in its tokenizers: only who searches the text finds them. */
  readonly textMarkers?: true;
  /** Ordinary text after the last call: `usual`, or a warning (F10). */
  readonly textAfterCall: "usual" | "odd";
  /**
   * `</think>` without an opener: `usual` where the policy writes it so as a rule (ERNIE, Granite 4.2), `first` where the
   * template of a turn without thinking begins with it (GLM-4.7, DeepSeek V3.1), `odd` elsewhere.
   */
  readonly thinkEndAlone: "usual" | "first" | "odd";
  /**
   * Notations that its prompts may teach beside `calls`: `<function=NAME>{…}</function>` (Llama 3.1), or calls in a code
   * fence or as the whole turn (Gemma 3).
   */
  readonly taught?: "function-tags" | "fences";
  /** A control after which source code may stand, where the prompt says so, and the tools it calls by name there. */
  readonly code?: CodeCalls;
  /** Tool results stand inside the sampled turn, injected by the environment (Gemma 4, Search-R1). */
  readonly results: "own-turn" | "same-turn";
}

/** The machine's states inside a sampled turn. Index is the number kept in columns. */
export const states = [
  "outside",
  "turn-start",
  "prose",
  "line-start",
  "think",
  "after-think",
  "call-start",
  "call-body",
  "call-string",
  "call-done",
  "call-broken",
  "after-call",
  "ended",
  /** Inside a section, between its calls. */
  "section",
  /** Inside a call, before its arguments: the name and what ends it. */
  "call-name",
  /** Inside a parameter's raw text. */
  "call-argument",
  /** In a message's header (Harmony). */
  "header",
] as const;
export type State = (typeof states)[number];
