import assert from "node:assert/strict";
import { test } from "node:test";
import { formats } from "../../src/core/formats/index.ts";
import { golden } from "../support/golden.ts";
import { fixturesOf, readAll } from "../support/rollouts.ts";
import { showTrajectory } from "../support/show-trajectory.ts";

for (const { id } of formats) {
  test(`${id}: roles, calls, thinking, ids and what is left out are those of the file`, () => {
    const shown = fixturesOf(id).map((sample) => {
      const { trajectories, problems } = readAll(sample);
      const told = problems.map(
        ({ code, line, message }) => `  ! ${code} on line ${String(line + 1)}: ${message}`,
      );
      return [`# ${sample.title}`, ...trajectories.map(showTrajectory), ...told, ""].join("\n");
    });
    golden(`formats/${id}.txt`, shown.join("\n"));
  });
}

test("a turn that SWE-agent could not read is shown, and what its harness wrote is not the model's", () => {
  const sample = fixturesOf("swe-agent").find(({ name }) => name.endsWith("1.traj"));
  assert.ok(sample);
  const [trajectory] = readAll(sample).trajectories;
  assert.ok(trajectory?.body.kind === "messages");
  const { messages } = trajectory.body;
  const sampled = messages.filter((message) => message.sampled).map(({ content }) => content?.text);
  assert.equal(sampled.length, 3);
  assert.ok(sampled.some((text) => text?.startsWith("I will run ls but forget the fence")));
  assert.ok(!sampled.some((text) => text?.startsWith("Exit due to")));
});
