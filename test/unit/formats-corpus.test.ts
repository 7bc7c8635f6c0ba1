import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
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
  for (const sample of corpusOf("not-rollouts")) {
    // Pairs of query and response are a training set after all.
    const expected = sample.name === "swift_multi.jsonl" ? "sharegpt" : null;
    assert.equal(readAll(sample).format?.id ?? null, expected, sample.title);
  }
});

/** Real files that hold no conversation: they are recognised and say so. */
const withoutMessages = new Set([
  "agentsview_system_messages.json",
  "voice_experiment_results.json",
]);

test(
  "every real file that is text is recognised and holds rollouts",
  { skip: corpusFolder === null },
  () => {
    const folders = readdirSync(corpusFolder ?? "", { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => name !== "not-rollouts" && name !== "malformed-strings");
    assert.ok(folders.length >= 15);
    for (const sample of folders.flatMap(corpusOf).filter(({ name }) => !name.endsWith(".eval"))) {
      const { format, trajectories, problems } = readAll(sample);
      assert.ok(format, sample.title);
      if (withoutMessages.has(sample.name)) assert.ok(problems.length > 0, sample.title);
      else assert.ok(trajectories.length > 0, sample.title);
    }
  },
);

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
