// How sensible a policy's control probabilities are on rollouts of other models, by the product's own grammar.
// node --import=tsx scripts/bench-policy.mjs [--policy DIRECTORY] [--worst COUNT] PATH...
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { states } from "../src/core/grammar/family.ts";
import { controlProbability } from "../src/core/scoring/compute-signals.ts";
import { Engine } from "../src/node/engine/engine.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    policy: { type: "string", default: "media/policy" },
    worst: { type: "string", default: "0" },
  },
});
if (positionals.length === 0) {
  console.error("Usage: npm run bench:policy -- [--policy DIRECTORY] [--worst COUNT] PATH...");
  process.exit(2);
}
/** The smallest illegal mass that Derail ever calls a spike. */
const notableMass = 0.05;
const callDone = states.indexOf("call-done");

const engine = new Engine({
  scorerPath: path.resolve("dist/scorer.js"),
  changed: () => {},
  log: () => {},
});
await engine.configure({
  policyDirectory: path.resolve(options.policy),
  policyName: null,
  tokenizerFile: null,
  thresholdFloor: notableMass,
  thresholdSigmas: 4,
});
const totals = emptyTally();
for (const file of (await Promise.all(positionals.map(expand))).flat()) {
  const tally = emptyTally();
  await measure(file, tally);
  print(path.relative(process.cwd(), file), tally);
  for (const key of Object.keys(totals)) totals[key].push(...tally[key]);
}
print("together", totals);
showWorst(totals.masses, Number(options.worst));
await engine.dispose();

function emptyTally() {
  return { masses: [], closings: [], turns: [], latent: [] };
}

/** Healthy turns only: where a turn is broken, illegal mass is what one hopes to see. */
async function measure(file, tally) {
  const { signal } = new AbortController();
  const id = await engine.open(file, signal);
  await engine.analyse(id, 0, signal, () => {});
  const document = engine.document(id);
  for (let index = 0; index < document.trajectoryCount; index++) {
    const entry = await document.entry(index, signal);
    if (entry.kind === "analysed" && entry.analysis.signals) tallyTurns(entry.analysis, tally);
  }
  await engine.close(id);
}

function tallyTurns(analysis, tally) {
  const { structures, tokens, signals, stateBefore, family, controlIds, scores } = analysis;
  const masses = signals["illegal-mass"];
  const callEnd = family.controls.findIndex(({ role }) => role === "call-end");
  for (const { state, runs } of structures) {
    const from = firstAtOrAfter(tokens.start, runs.start[0] ?? runs.end);
    const scored = [];
    for (let token = from; token < tokens.ids.length && tokens.start[token] < runs.end; token++)
      if (!Number.isNaN(masses[token])) scored.push(token);
    if (scored.length === 0) continue;
    tally.turns.push(state);
    if (!state.startsWith("healthy")) continue;
    for (const token of scored) {
      tally.masses.push({ mass: masses[token], analysis, token });
      // The last token before the call's end: some tokenizers split the line break from the braces.
      if (stateBefore[token] === callDone && tokens.ids[token] === controlIds[callEnd])
        tally.closings.push(controlProbability(scores, token, callEnd));
    }
    const end = scored.at(-1);
    for (const spike of analysis.spikes)
      if (
        spike.signal === "illegal-mass" &&
        !spike.fired &&
        spike.peakToken >= scored[0] &&
        spike.peakToken <= end
      )
        tally.latent.push(spike);
  }
}

function firstAtOrAfter(starts, offset) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function print(name, { masses, closings, turns, latent }) {
  const count = (state) => turns.filter((found) => found.startsWith(state)).length;
  const low = masses.filter(({ mass }) => mass < notableMass).length;
  const closed = closings.filter((p) => p > 0.5).length;
  console.log(
    `${name}: ${turns.length} scored turns, ${count("healthy")} healthy, ${count("polluted")} polluted, ${count("collapsed")} collapsed; ` +
      `${masses.length} tokens of healthy ones; ` +
      `illegal mass < ${notableMass} at ${percent(low, masses.length)}; ` +
      `P(call end) > 0.5 at ${closed} of ${closings.length} (${percent(closed, closings.length)}); latent spikes ${latent.length}`,
  );
}

function showWorst(masses, count) {
  for (const { mass, analysis, token } of masses
    .toSorted((a, b) => b.mass - a.mass)
    .slice(0, count)) {
    const { tokens, transcript, stateBefore, family, scores } = analysis;
    const around = transcript.text.slice(
      Math.max(0, tokens.start[token] - 60),
      tokens.start[token],
    );
    const likely = family.controls
      .map((control, index) => ({
        text: control.text,
        p: controlProbability(scores, token, index),
      }))
      .filter(({ p }) => p > 0.02)
      .map(({ text, p }) => `${text} ${p.toFixed(2)}`);
    const came = transcript.text.slice(tokens.start[token], tokens.end[token] + 12);
    console.log(
      `${mass.toFixed(3)} ${states[stateBefore[token]]} at ${token}: ${JSON.stringify(around)} | ${JSON.stringify(came)} ${likely.join(", ")}`,
    );
  }
}

function percent(part, whole) {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`;
}

async function expand(given) {
  if (!(await stat(given)).isDirectory()) return [given];
  const names = await readdir(given);
  return names
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => path.join(given, name));
}
