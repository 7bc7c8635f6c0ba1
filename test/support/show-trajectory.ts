import type {
  Message,
  MessageCall,
  TokenSequence,
  Trajectory,
  WirePiece,
} from "../../src/core/trajectory/trajectory.ts";
import { messagesOf } from "./rollouts.ts";

/** What a reader made of a record, as text: a golden file shows it to whoever reviews. */
export function showTrajectory(trajectory: Trajectory): string {
  const { id, step, group, sample, reward, tools, specialTokens, body } = trajectory;
  const names =
    tools.kind === "unknown" ? "unknown" : tools.tools.map(({ name }) => name).join(", ");
  const facts = { step, group: group !== null && isHash(group) ? "(hash)" : group, sample, reward };
  const known = Object.entries(facts).flatMap(([key, value]) =>
    value === null ? [] : [`${key} ${String(value)}`],
  );
  const ids =
    body.kind === "ids"
      ? body.generations.map(
          ({ ids: sampled, promptIds, logProbs, message }) =>
            `  ids of message ${String(message)}: ${String(promptIds.length)} + [${sampled.join(" ")}]${logProbs ? ` log-probabilities ${[...logProbs].map((value) => value.toFixed(2)).join(" ")}` : ""}`,
        )
      : [];
  return [
    `${id}: ${[...known, `tools ${names}`, `special tokens ${specialTokens}`, body.kind].join("; ")}`,
    ...messagesOf(trajectory).map(showMessage),
    ...piecesOf(trajectory).map(({ author, text }) => `  ${author} ${JSON.stringify(text.text)}`),
    ...ids,
    ...(body.kind === "tokens" ? [showSequence(body.sequence)] : []),
    "",
  ].join("\n");
}

function piecesOf({ body }: Trajectory): readonly WirePiece[] {
  if (body.kind === "wire") return body.pieces;
  return body.kind === "tokens" ? (body.pieces ?? []) : [];
}

/** Sampled stretches by their ends, and of each column its first values where something was sampled. */
function showSequence({ ids, sampled, sampledKey, columns }: TokenSequence): string {
  const first = sampled.indexOf(1);
  const borders = [...sampled].flatMap((bit, at) => (bit === (sampled[at - 1] ?? 0) ? [] : [at]));
  const shown = columns.map(
    ({ name, key, by, values }) =>
      `    ${name} of ${by} (${key}): ${Array.from(values.slice(first, first + 3), (value) => value.toFixed(2)).join(" ")} …`,
  );
  const head = `  ${String(ids.length)} ids, ${sampledKey} changes at ${borders.join(" ")}`;
  return [head, ...shown].join("\n");
}

function isHash(group: string): boolean {
  return /^[0-9a-f]{16}$/.test(group);
}

function showMessage(message: Message): string {
  const { role, sampled, content, reasoning, calls, toolName, callId, written } = message;
  const parts = [
    `  ${role}${sampled ? "*" : ""}`,
    ...(toolName === null && callId === null ? [] : [`(${[toolName, callId].join(" ").trim()})`]),
    ...(reasoning ? [`thinks ${JSON.stringify(reasoning.text)}`] : []),
    ...(content ? [JSON.stringify(content.text)] : []),
    ...calls.map(showCall),
    ...(written ? [`written ${JSON.stringify(written.text.text)}`] : []),
  ];
  return parts.join(" ");
}

function showCall({ id, name, arguments: given }: MessageCall): string {
  const said = given.kind === "text" ? given.text.text : JSON.stringify(given.value);
  return `calls ${name.text}${id === null ? "" : `#${id}`} ${given.kind} ${said}`;
}
