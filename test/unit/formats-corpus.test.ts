import assert from "node:assert/strict";
import { test } from "node:test";
import { detectFormat } from "../../src/core/formats/index.ts";
import { parseJson } from "../../src/core/text/json.ts";
import { corpusFolder } from "../support/paths.ts";
import { corpusOf, messagesOf, readAll } from "../support/rollouts.ts";

const corpusFormats = {
  verl: "verl",
  "nemo-gym": "nemo-gym",
  "collapse-paper": "chat-messages",
  "openai-chat": "chat-messages",
} as const;

for (const [folder, id] of Object.entries(corpusFormats)) {
  test(
    `real files of ${folder} are ${id} without a problem`,
    { skip: corpusFolder === null },
    () => {
      for (const sample of corpusOf(folder)) {
        const { format, trajectories, problems, records } = readAll(sample);
        assert.equal(format?.id, id, sample.title);
        assert.deepEqual(problems, [], sample.title);
        assert.equal(trajectories.length, records.length, sample.title);
      }
    },
  );
}

test("what only looks like a rollout is none", { skip: corpusFolder === null }, () => {
  const samples = ["not-rollouts", "claude-code", "codex", "gemini-cli"].flatMap(corpusOf);
  for (const { title, bytes } of samples) {
    const { format, records } = readAll({ name: title, bytes });
    assert.equal(format, null, title);
    for (const record of records) {
      const value = parseJson(record.bytes, record.startByte, record.line).value?.value;
      assert.equal(detectFormat(value), null, `${title} line ${String(record.line + 1)}`);
    }
  }
});

test("the real collapse keeps its lone opening tags", { skip: corpusFolder === null }, () => {
  const grpo = corpusOf("collapse-paper").find(({ name }) => name === "grpo.jsonl");
  assert.ok(grpo);
  const sampled = readAll(grpo)
    .trajectories.flatMap(messagesOf)
    .filter((m) => m.sampled);
  assert.ok(sampled.some(({ content }) => content?.text === "<tool_call>"));
  assert.ok(sampled.every(({ content }) => content !== null));
});

test(
  "the real NeMo-Gym rollout has two generations, the second ended by the wrong token",
  { skip: corpusFolder === null },
  () => {
    const file = corpusOf("nemo-gym").find(({ name }) => name === "qwen3_wrong_eos_rollout.jsonl");
    assert.ok(file);
    const [trajectory] = readAll(file).trajectories;
    assert.ok(trajectory?.body.kind === "ids");
    const [first, second] = trajectory.body.generations;
    assert.equal(first?.ids.at(-1), 151_645);
    assert.equal(second?.ids.at(-1), 151_643);
    assert.equal(Math.exp(second?.logProbs?.at(-1) ?? 0).toFixed(3), "0.447");
  },
);
