import type { RuleId } from "../../../../src/core/grammar/rule-id.ts";
import {
  answerTo,
  callStarts,
  callTurn,
  numbered,
  placeOf,
  toTrajectory,
  type Conversation,
} from "../conversation.ts";
import { indicesOf, part, textOf, type Part } from "../part.ts";
import type { Trajectory } from "../../../../src/core/trajectory/trajectory.ts";
import type { Random } from "../random.ts";
import { randomOf } from "../random.ts";
import { resultWriters } from "../wires/results.ts";
import type { Wire } from "../wires/wire.ts";

/** Damage that only a whole rollout shows. Offsets are in its text. */
export interface TrajectoryCorruption {
  readonly rule: RuleId;
  readonly name: string;
  readonly unfit: (wire: Wire) => string | null;
  readonly damage: (
    wire: Wire,
    seed: number,
    label: string,
    random: Random,
  ) => BrokenTrajectory | null;
}

export interface BrokenTrajectory {
  readonly trajectory: Trajectory;
  readonly at: number;
  /** Other places that are as right, and why, beside each. */
  readonly also?: readonly number[];
}

export interface TrajectoryCase extends BrokenTrajectory {
  readonly family: string;
  readonly corruption: TrajectoryCorruption;
  readonly label: string;
}

const maxTries = 60;

export function makeTrajectoryCase(
  wire: Wire,
  corruption: TrajectoryCorruption,
  seed: number,
  index: number,
): TrajectoryCase {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const label = `${corruption.rule}/${corruption.name}/${String(index)}/${String(attempt)}`;
    const broken = corruption.damage(
      wire,
      seed,
      label,
      randomOf(seed, `${wire.id}/${label}/damage`),
    );
    if (broken) return { ...broken, family: wire.id, corruption, label };
  }
  throw new Error(`${wire.id} never gave an occasion for ${corruption.rule} ${corruption.name}`);
}

/** F21, F25, F28 and F29; F27 needs ids and stands in `token-ids.ts`. */
export const trajectoryCorruptions: readonly TrajectoryCorruption[] = [
  {
    rule: "F21",
    name: "the same call three times",
    unfit: (wire) =>
      withoutResults(wire) ?? (wire.id === "search-r1" ? "its calls have no name" : null),
    damage(wire, seed, label) {
      const turn = callTurn(wire, seed, label);
      if (!turn) return null;
      const exchanges = [0, 1, 2].map((number) => {
        const parts = numbered(turn.parts, wire.id, number);
        return { parts, answer: answerTo(turn, parts, number, "nothing was found") ?? "" };
      });
      const conversation: Conversation = { prompt: turn.prompt, exchanges, specialTokens: "kept" };
      // A call begins with its section, its own marker or its body; each is where it begins.
      const places = callStarts(exchanges[2]?.parts ?? []).map((index) =>
        placeOf(conversation, 2, index),
      );
      return { trajectory: toTrajectory(conversation), at: places[0] ?? 0, also: places };
    },
  },
  {
    rule: "F25",
    name: "a marker in a string argument",
    unfit: ({ inStrings }) =>
      inStrings.length === 0 ? "its values are raw text, in which a marker is structure" : null,
    damage(wire, seed, label, random) {
      const marker = random.pick(wire.inStrings);
      const turn = callTurn(wire, seed, label, {
        kinds: ["string"],
        spoil: (call) => ({
          ...call,
          entries: call.entries.map((entry) =>
            entry.kind === "string" ? { ...entry, value: `see ${marker} there` } : entry,
          ),
        }),
      });
      const value = indicesOf(turn?.parts ?? [], "value").find((index) =>
        turn?.parts[index]?.text.includes(marker),
      );
      if (!turn || value === undefined) return null;
      const conversation: Conversation = {
        prompt: turn.prompt,
        exchanges: [{ parts: turn.parts, answer: "" }],
        specialTokens: "kept",
      };
      const inside = turn.parts[value]?.text.indexOf(marker) ?? 0;
      return {
        trajectory: toTrajectory(conversation),
        at: placeOf(conversation, 0, value) + inside,
      };
    },
  },
  {
    rule: "F28",
    name: "a call's id has not its shape",
    unfit: ({ id }) =>
      id === "kimi-k2" || id === "mistral"
        ? null
        : "its calls have no id, or of no shape that is asked for",
    damage(wire, seed, label) {
      const turn = callTurn(wire, seed, label);
      if (!turn) return null;
      const [index, parts] =
        wire.id === "kimi-k2" ? withoutPrefix(turn.parts) : withShortId(turn.parts);
      if (index < 0) return null;
      const conversation: Conversation = {
        prompt: turn.prompt,
        exchanges: [{ parts, answer: "" }],
        specialTokens: "kept",
      };
      const inside = wire.id === "kimi-k2" ? 0 : (parts[index]?.text.search(/\w+"\}/) ?? 0);
      return {
        trajectory: toTrajectory(conversation),
        at: placeOf(conversation, 0, index) + inside,
      };
    },
  },
  {
    rule: "F28",
    name: "a result answers another call",
    unfit: ({ id }) =>
      ["kimi-k2", "mistral", "cohere-command"].includes(id)
        ? null
        : "its results do not say which call they answer",
    damage(wire, seed, label) {
      const turn = callTurn(wire, seed, label);
      const good = turn ? (answerTo(turn, turn.parts, 0, "21 degrees") ?? "") : "";
      if (!turn || good === "") return null;
      const [answer, id] = wrongId(good);
      const conversation: Conversation = {
        prompt: turn.prompt,
        exchanges: [{ parts: turn.parts, answer }],
        specialTokens: "kept",
      };
      const at = turn.prompt.length + textOf(turn.parts).length + answer.indexOf(id);
      return { trajectory: toTrajectory(conversation), at };
    },
  },
  {
    rule: "F29",
    name: "turn ends were stripped",
    unfit: (wire) => withoutResults(wire) ?? withoutPlainMarkers(wire),
    damage(wire, seed, label) {
      const turn = callTurn(wire, seed, label);
      // A prompt that opens thinking would have lost its own markers, too.
      if (!turn || turn.thinkingOpen) return null;
      const exchanges = [0, 1].map((number) => {
        const parts = numbered(turn.parts, wire.id, number).filter(
          ({ role }) => role !== "turn-end",
        );
        return { parts, answer: answerTo(turn, parts, number, `result ${String(number)}`) ?? "" };
      });
      const conversation: Conversation = {
        prompt: turn.prompt,
        exchanges,
        specialTokens: "stripped",
      };
      return {
        trajectory: toTrajectory(conversation),
        at: turn.prompt.length + textOf(exchanges[0]?.parts ?? []).length - 1,
      };
    },
  },
];

function withoutResults({ id }: Wire): string | null {
  return resultWriters[id]
    ? null
    : "the reference does not say how its results are written in turns of their own";
}

function withoutPlainMarkers({ id, turnEnd }: Wire): string | null {
  if (turnEnd === null || id === "glm-4.5") return "its turns end in the next role, or in no token";
  return special.has(id) ? "its call markers are special, too: nothing would be left" : null;
}

const special: ReadonlySet<string> = new Set([
  "mistral",
  "mistral-args",
  "internlm2",
  "jamba",
  "granite3",
  "llama3.1-json",
  "llama-pythonic",
  "gemma4",
  "gpt-oss-harmony",
  "xlam",
  "gemma3-prompted",
]);

/** Kimi's id without `functions.`. */
function withoutPrefix(parts: readonly Part[]): readonly [number, readonly Part[]] {
  const prefix = parts.findIndex(({ role, text }) => role === "body" && text === "functions.");
  const left = parts.filter((_, index) => index !== prefix);
  return [prefix, left];
}

/** Mistral's id with eight characters. */
function withShortId(parts: readonly Part[]): readonly [number, readonly Part[]] {
  const index = parts.findIndex(({ text }) => /"id": ?"\w{9}"/.test(text));
  return [
    index,
    parts.map((one, at) =>
      at === index ? part(one.role, one.text.replace(/("id": ?"\w{8})\w"/, '$1"')) : one,
    ),
  ];
}

function wrongId(answer: string): readonly [string, string] {
  const kimi = /functions\.\w+:0/.exec(answer)?.[0];
  if (kimi) return [answer.replace(kimi, "functions.search:7"), "functions.search:7"];
  return [answer.replace(/("(?:tool_)?call_id": )"\w+"/, '$1"zzzzzzzz9"'), "zzzzzzzz9"];
}
