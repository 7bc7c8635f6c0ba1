import type { ToolDeclaration } from "../../trajectory/trajectory.ts";

/** A tool that a text declares, and where: UTF-16, half-open. */
export interface DeclaredTool extends ToolDeclaration {
  readonly declaredAt: { readonly start: number; readonly end: number };
}

/** What a reader made of a stretch of a prompt. */
export interface Declaration {
  readonly tools: readonly DeclaredTool[];
  /** Everything in it was understood, so it cannot have declared a tool that is not in `tools`. */
  readonly whole: boolean;
  /** Where the stretch that was read ends. */
  readonly end: number;
}

/** Names as templates and harnesses allow them; anything else in a name's place is prose. */
export const toolName = /^[\p{L}_][\p{L}\p{N}_.:/-]{0,127}$/u;

// A text that declares more is hostile; real rollouts reach some hundreds.
export const mostTools = 2000;
