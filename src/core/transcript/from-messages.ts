import type { Parsed, Problem } from "../result.ts";
import type { Message, SpecialTokens, Tools } from "../trajectory/trajectory.ts";
import { renderDefault } from "./default-template.ts";
import { beforeRendering, placeWritten } from "./place-written.ts";
import { renderTemplate } from "./render.ts";
import type { Transcript } from "./transcript.ts";
import type { Rendering } from "./turn-list.ts";

export interface MessagesInput {
  readonly messages: readonly Message[];
  readonly tools: Tools;
  readonly specialTokens: SpecialTokens;
  /** Source of a Jinja chat template; null takes our own. */
  readonly chatTemplate: string | null;
  /** Line of the record, for problems. */
  readonly line: number;
}

/**
 * Messages written out by a chat template. Its turn ends are the template's, so none of them is the policy's. What the
 * file spells token by token stands as the policy wrote it.
 */
export function fromMessages(input: MessagesInput): Parsed<Transcript> {
  const { rendering, problems } = render({ ...input, messages: beforeRendering(input.messages) });
  const { text, turns, written } = placeWritten(rendering, input.messages);
  return {
    value: {
      text: text.text,
      origin: "rendered",
      map: text.map,
      turns,
      specialTokens: input.specialTokens,
      tokens: null,
      recorded: [],
      ...(written.length > 0 ? { written } : {}),
    },
    problems,
  };
}

function render(input: MessagesInput): Rendered {
  const { chatTemplate, messages, tools } = input;
  if (chatTemplate === null) return { rendering: renderDefault(messages, tools), problems: [] };
  const rendering = renderTemplate(chatTemplate, messages, tools);
  if (typeof rendering !== "string") return { rendering, problems: [] };
  return {
    rendering: renderDefault(messages, tools),
    problems: [templateFailed(rendering, input)],
  };
}

interface Rendered {
  readonly rendering: Rendering;
  readonly problems: readonly Problem[];
}

function templateFailed(reason: string, { line }: MessagesInput): Problem {
  return {
    code: "chat-template-failed",
    message: `The policy's chat template cannot write these messages (${reason}); they are shown in plain ChatML`,
    line,
  };
}
