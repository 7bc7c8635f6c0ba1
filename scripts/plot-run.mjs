// Draws a training run for docs/collapse.md: node scripts/plot-run.mjs RUN_FOLDER RUN.json OUT.svg [STEP...]
// RUN_FOLDER/metrics.csv holds what the trainer measured with the policy of each step, probe.csv what these policies expect
// in the text of step 1, RUN.json is what `derail run --format json` prints. A dashed line is drawn at each STEP.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const [folder, runFile, out, ...marks] = process.argv.slice(2);
const probes = readCsv(readFileSync(path.join(folder, "probe.csv"), "utf8"));
const metrics = readCsv(readFileSync(path.join(folder, "metrics.csv"), "utf8")).map(
  (row, index) => ({ ...row, probed_mass_mean: probes[index]?.illegal_mass_mean }),
);
const { steps } = JSON.parse(readFileSync(runFile, "utf8"));

const width = 760;
const left = 64;
const right = 150;
const panelHeight = 116;
const gap = 40;
const lastStep = Math.max(...metrics.map(({ step }) => step));
const firstStep = Math.min(...metrics.map(({ step }) => step));
const x = (step) =>
  left + ((step - firstStep) / Math.max(1, lastStep - firstStep)) * (width - left - right);

const panels = [
  panel(
    "Reward, mean of the step",
    linear(0, 1),
    [0, 0.5, 1],
    [curve("reward", "#1f6feb", "reward")],
  ),
  statesPanel(),
  panel(
    "Illegal control mass, by each step's own policy",
    logarithmic(1e-6, 1),
    [1e-6, 1e-4, 1e-2, 1],
    [
      curve("illegal_mass_p99", "#d29922", "99th percentile"),
      curve("illegal_mass_mean", "#cf222e", "mean"),
      curve("probed_mass_mean", "#0a7d7d", "mean in step 1's text"),
    ],
  ),
  panel(
    "Premature-stop mass, by each step's own policy",
    logarithmic(1e-8, 1),
    [1e-8, 1e-6, 1e-4, 1e-2, 1],
    [curve("premature_stop_mass_mean", "#8250df", "mean")],
  ),
];
const height = panels.length * (panelHeight + gap) + 28;
const body = panels.map((draw, index) => draw(24 + index * (panelHeight + gap))).join("\n");
writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${body}
<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle" fill="#57606a">training step</text>
</svg>
`,
);

/** A panel of curves; drawn at a height once that is known. */
function panel(title, scale, ticks, curves) {
  return (top) => {
    const y = (value) => top + panelHeight - scale(value) * panelHeight;
    const lines = curves.map(({ column, color, name }, index) => {
      const points = metrics
        .filter((row) => Number.isFinite(row[column]))
        .map((row) => `${x(row.step).toFixed(1)},${y(row[column]).toFixed(1)}`);
      return `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="1.8"/>
<text x="${width - right + 6}" y="${top + 14 + index * 30}" fill="${color}">${name}</text>`;
    });
    return [frame(title, top, ticks, y), ...lines].join("\n");
  };
}

/** Shares of turns, stacked: healthy below, then polluted, then collapsed. */
function statesPanel() {
  return (top) => {
    const y = (share) => top + panelHeight - share * panelHeight;
    const rows = steps.map(({ step, turns }) => {
      const all = Object.values(turns).reduce((sum, count) => sum + count, 0) || 1;
      return { step, polluted: turns.polluted / all, collapsed: turns.collapsed / all };
    });
    const area = (lower, upper, color) => {
      const there = rows.map((row) => `${x(row.step).toFixed(1)},${y(upper(row)).toFixed(1)}`);
      const back = rows.map((row) => `${x(row.step).toFixed(1)},${y(lower(row)).toFixed(1)}`);
      return `<polygon points="${[...there, ...back.toReversed()].join(" ")}" fill="${color}"/>`;
    };
    const healthy = ({ polluted, collapsed }) => 1 - polluted - collapsed;
    const names = [
      ["collapsed", "#cf222e", 14],
      ["polluted", "#d29922", 44],
      ["healthy", "#1a7f37", 74],
    ];
    return [
      area(() => 0, healthy, "#aceebb"),
      area(healthy, ({ collapsed }) => 1 - collapsed, "#fae17d"),
      area(
        ({ collapsed }) => 1 - collapsed,
        () => 1,
        "#ff8182",
      ),
      frame("Turns by state, as Derail reads them", top, [0, 0.5, 1], y),
      ...names.map(
        ([name, color, at]) =>
          `<text x="${width - right + 6}" y="${top + at}" fill="${color}">${name}</text>`,
      ),
    ].join("\n");
  };
}

function frame(title, top, ticks, y) {
  const inner = Array.from({ length: 5 }, (_, index) => niceStep() * (index + 1));
  const across = [firstStep, ...inner.filter((step) => step > firstStep && step <= lastStep)];
  return [
    `<text x="${left}" y="${top - 8}" font-weight="600" fill="#1f2328">${title}</text>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${left}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#d0d7de"/>
<text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end" fill="#57606a">${show(tick)}</text>`,
    ),
    ...marks.map(
      (step) =>
        `<line x1="${x(Number(step))}" x2="${x(Number(step))}" y1="${top}" y2="${top + panelHeight}" stroke="#57606a" stroke-dasharray="3 3"/>`,
    ),
    ...across.map(
      (step) =>
        `<text x="${x(step)}" y="${top + panelHeight + 14}" text-anchor="middle" fill="#57606a">${step}</text>`,
    ),
  ].join("\n");
}

/** 1, 2, 5, 10, 20 …: no more than five of them to the last step. */
function niceStep() {
  const power = 10 ** Math.floor(Math.log10(lastStep / 5));
  return power * ([1, 2, 5, 10].find((factor) => power * factor * 5 >= lastStep) ?? 10);
}

function curve(column, color, name) {
  return { column, color, name };
}

function linear(low, high) {
  return (value) => (value - low) / (high - low);
}

function logarithmic(low, high) {
  return (value) => Math.max(0, Math.log(Math.max(value, low) / low) / Math.log(high / low));
}

function show(tick) {
  return tick === 0 || tick >= 0.01 ? String(tick) : `1e${Math.round(Math.log10(tick))}`;
}

function readCsv(text) {
  const [head, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return rows.map((row) =>
    Object.fromEntries(head.map((name, at) => [name, row[at] === "" ? NaN : Number(row[at])])),
  );
}
