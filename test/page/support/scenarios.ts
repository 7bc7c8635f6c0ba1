import type { DocumentInfo, TrajectoryRow } from "../../../src/core/views/document.ts";
import type { FakeTrajectory } from "./fake-trajectory.ts";
import {
  brokenRollout,
  healthyRollout,
  hostileRollout,
  hostileText,
  longRollout,
} from "./rollouts.ts";

export interface Scenario {
  readonly info: DocumentInfo;
  readonly row: (index: number) => Partial<TrajectoryRow>;
  readonly trajectory: (index: number) => FakeTrajectory;
  /** The file records the probability of what was sampled, or all that a trainer's export has; nothing is scored. */
  readonly recorded?: "probability" | "channels";
}

const info: DocumentInfo = {
  path: "/rollouts/step_96.jsonl",
  name: "step_96.jsonl",
  revision: 1,
  format: "verl-dump",
  formatTitle: "veRL rollout dump",
  container: "jsonl",
  packed: null,
  sizeBytes: 4_200_000,
  trajectoryCount: 64,
  indexing: false,
  indexedBytes: 4_200_000,
  indexBytesPerSecond: 1_000_000,
  indexingStopped: false,
  specialTokens: "kept",
  fidelity: "sampled-ids",
  tokens: "file",
  family: "Qwen3 / Hermes",
  policy: "step-96 fp32",
  tokenizer: "step-96",
  thresholdFloor: 0.05,
  problemCount: 0,
  problems: [],
  turnsByState: { "healthy-call": 41, "healthy-response": 9, polluted: 8, collapsed: 6 },
  analysedCount: 64,
  scoredCount: 64,
  spikeCount: 12,
  breakCount: 9,
  scoring: null,
  scoringProblem: null,
  misfit: null,
};

const mockup: Scenario = {
  info,
  row: () => ({}),
  trajectory: (index) => (index % 8 === 2 ? brokenRollout() : healthyRollout()),
};
const unscored: Partial<DocumentInfo> = { policy: null, scoredCount: 0, spikeCount: 0 };
const none = { "healthy-call": 0, "healthy-response": 0, polluted: 0, collapsed: 0 };

export const scenarios: Readonly<Record<string, Scenario>> = {
  mockup,
  million: { ...mockup, info: { ...info, trajectoryCount: 1_000_000, analysedCount: 1_000_000 } },
  many: {
    ...mockup,
    info: {
      ...info,
      trajectoryCount: 100_000,
      analysedCount: 100_000,
      scoredCount: 100_000,
      turnsByState: {
        "healthy-call": 41_230,
        "healthy-response": 9_120,
        polluted: 812,
        collapsed: 6,
      },
    },
  },
  failing: {
    ...mockup,
    trajectory: (index) => {
      if (index === 1) throw new Error("The file was changed while it was read.");
      return brokenRollout();
    },
  },
  long: { ...mockup, trajectory: () => longRollout(100_000) },
  hostile: {
    info: { ...info, trajectoryCount: 3, name: hostileText, policy: hostileText },
    row: () => ({
      id: hostileText,
      group: hostileText,
      worst: { severity: "error", label: hostileText },
    }),
    trajectory: hostileRollout,
  },
  scoring: {
    ...mockup,
    info: {
      ...info,
      scoredCount: 12,
      scoring: { doneTokens: 32_000, totalTokens: 100_000, tokensPerSecond: 1234, secondsLeft: 41 },
    },
  },
  "no-policy": {
    ...mockup,
    info: {
      ...info,
      ...unscored,
      scoringProblem:
        "No policy: structure is checked, probabilities are not scored. Select a directory as Hugging Face exports it.",
    },
  },
  channels: {
    ...mockup,
    info: { ...info, ...unscored },
    recorded: "channels",
  },
  recorded: {
    info: { ...info, ...unscored },
    row: () => ({ worst: null, findingCount: 0, breakCount: 0, spikeCount: 0 }),
    trajectory: () => longRollout(300),
    recorded: "probability",
  },
  misfit: {
    ...mockup,
    info: {
      ...info,
      misfit:
        "The bundled policy would not sample these rollouts as it is now: each of their tokens surprises it by 3.0 nats on average, where its own would by 1.2.",
    },
  },
  "no-tokenizer": { ...mockup, info: { ...info, ...unscored, tokenizer: null } },
  unreadable: {
    ...mockup,
    info: {
      ...info,
      problemCount: 2,
      problems: [
        { code: "record-not-json", message: "The record is no JSON: a brace is missing.", line: 0 },
        { code: "record-torn", message: "The last line is cut off.", line: 63 },
      ],
    },
    row: (index) =>
      index === 0
        ? {
            states: [],
            worst: { severity: "error", label: "unreadable" },
            problem: "The record on line 1 is no JSON: a brace is missing.",
          }
        : {},
  },
  empty: {
    ...mockup,
    info: {
      ...info,
      ...unscored,
      trajectoryCount: 0,
      sizeBytes: 0,
      turnsByState: none,
      analysedCount: 0,
    },
  },
  mapped: { ...mockup, info: { ...info, format: "mapped", formatTitle: "Mapped fields" } },
  foreign: {
    ...mockup,
    info: {
      ...info,
      ...unscored,
      format: null,
      formatTitle: "no known format",
      trajectoryCount: 0,
      turnsByState: none,
      problemCount: 1,
      problems: [
        {
          code: "format-unknown",
          message: "The first record has none of the known fields.",
          line: 0,
        },
      ],
    },
  },
  indexing: {
    ...mockup,
    info: {
      ...info,
      trajectoryCount: 0,
      indexing: true,
      indexedBytes: 1_900_000,
      turnsByState: none,
    },
  },
  reading: {
    ...mockup,
    info: { ...info, trajectoryCount: 40_000, indexing: true, indexedBytes: 1_900_000 },
  },
  stopped: {
    ...mockup,
    info: { ...info, trajectoryCount: 40_000, indexingStopped: true, indexedBytes: 1_900_000 },
  },
};
