import { legalMasks } from "../../core/analysis/analyse.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { tokenAt } from "../../core/findings/from-breaks.ts";
import { turnAt } from "../../core/findings/from-spikes.ts";
import { describeState } from "../../core/grammar/state-words.ts";
import { buildMarks } from "../../core/marks/build-marks.ts";
import { startLocating } from "../../core/text/positions.ts";
import { buildSeries } from "../../core/series/build-series.ts";
import { buildCard } from "../../core/views/build-card.ts";
import { buildLines } from "../../core/views/build-lines.ts";
import { buildTrajectoryView } from "../../core/views/build-trajectory.ts";
import { buildUnreadableView } from "../../core/views/unreadable.ts";
import type { TrajectoryRow } from "../../core/views/document.ts";
import type { HeatChannel } from "../../core/views/heat.ts";
import { RemoteError } from "../../protocol/rpc.ts";
import type { DocumentQueries, EditorQueries, RecordLens } from "../../protocol/queries.ts";
import { describeDocument, type ScoringStatus } from "./describe-document.ts";
import type { RolloutDocument } from "./document.ts";
import type { Entry } from "./entry.ts";
import { mappableFields } from "./mappable-fields.ts";
import { startPacing } from "./pace.ts";

/** Entries a reply holds at most: a page shows some forty. */
const maxEntries = 500;

/** Answer what is asked of one open file. */
export function answerQueries(
  document: RolloutDocument,
  status: () => ScoringStatus,
): DocumentQueries & EditorQueries {
  const analysed = async (trajectory: number, signal: AbortSignal): Promise<Analysed> => {
    const entry = await document.entry(trajectory, signal);
    if (entry.kind === "analysed") return entry;
    throw new RemoteError(entry.problem.message, "unreadable");
  };
  const row = async (trajectory: number, signal: AbortSignal): Promise<TrajectoryRow> =>
    document.summaries.row(trajectory) ?? (await document.summarise(trajectory, signal));

  return {
    info: async () => describeDocument(document, status()),

    async rows({ from, count }, signal) {
      const breathe = startPacing(signal);
      const range = clamp(from, count, document.trajectoryCount);
      const rows: TrajectoryRow[] = [];
      for (let trajectory = range.from; trajectory < range.end; trajectory++) {
        await breathe();
        rows.push(await row(trajectory, signal));
      }
      return { revision: document.revision, from: range.from, rows };
    },

    async trajectory({ trajectory }, signal) {
      const entry = await document.entry(trajectory, signal);
      const context = {
        index: trajectory,
        revision: document.revision,
        policyName: document.context.policyName,
      };
      if (entry.kind === "unreadable") return buildUnreadableView(context, entry.problem.message);
      return buildTrajectoryView(entry.analysis, entry.layout(), context);
    },

    async lines({ trajectory, from, count, control }, signal) {
      const entry = await analysed(trajectory, signal);
      const slice = {
        from,
        count: Math.min(count, maxEntries),
        channel: channelOf(entry.analysis, control ?? null),
      };
      const lines = buildLines(entry.analysis, entry.layout(), slice);
      return { revision: document.revision, from: Math.max(0, from), lines };
    },

    async card({ trajectory, token }, signal) {
      const entry = await analysed(trajectory, signal);
      const { analysis } = entry;
      const masks = legalMasks(analysis.family);
      return buildCard(analysis, token, {
        layout: entry.layout(),
        policyName: document.context.policyName,
        showToken: (id) => document.context.tokenizer?.show(id) ?? `<id ${String(id)}>`,
        stateWords: (at) => stateWords(analysis, at),
        legalMask: (state) => masks[state] ?? 0,
      });
    },

    async series({ trajectory, startToken, endToken, width }, signal) {
      const entry = await analysed(trajectory, signal);
      const masks = legalMasks(entry.analysis.family);
      return buildSeries(entry.analysis, entry.layout(), {
        revision: document.revision,
        startToken,
        endToken,
        width,
        policyName: document.context.policyName,
        legalMask: (state) => masks[state] ?? 0,
      });
    },

    async marks({ trajectory }, signal) {
      const entry = await analysed(trajectory, signal);
      return buildMarks(entry.analysis, entry.layout(), document.revision);
    },

    rawFindings: async ({ limit }) => document.summaries.rawFindings(Math.min(limit, 20_000)),

    async locate({ trajectory, at }, signal) {
      const { tokens, transcript } = (await analysed(trajectory, signal)).analysis;
      const outside = "offset" in at && (at.offset < 0 || at.offset > transcript.text.length);
      if (tokens.ids.length === 0 || outside) return null;
      const token = "token" in at ? at.token : tokenAt(tokens, at.offset);
      const start = tokens.start[token];
      const end = tokens.end[token];
      return start === undefined || end === undefined ? null : { token, start, end };
    },

    async source({ trajectory, finding }, signal) {
      const entry = await document.entry(trajectory, signal);
      if (entry.anchor === null || document.file.source.packed) return null;
      if (finding !== null) {
        await row(trajectory, signal);
        const raw = document.summaries
          .rawFindingsOf(trajectory)
          .find(({ index }) => index === finding);
        if (raw) return raw;
      }
      // A record that holds many trajectories is shown where this one begins.
      const { line, column } =
        entry.kind === "analysed"
          ? startLocating(
              await entry.bytes(),
              entry.anchor,
            )(entry.analysis.trajectory.source.startByte)
          : entry.anchor;
      return { startLine: line, startColumn: column, endLine: line, endColumn: column };
    },

    async records({ fromLine, toLine }, signal) {
      const { records, trajectories, source } = document.file;
      if (source.packed) return [];
      const lenses: RecordLens[] = [];
      for (let record = records.findLine(fromLine); record < records.count; record++) {
        const line = records.at(record)?.line ?? Infinity;
        const held = trajectories.sizeOf(record);
        if (held === 0 || line > toLine || lenses.length >= maxEntries) break;
        const trajectory = trajectories.firstOf(record);
        const text = lensText(record, held, await row(trajectory, signal));
        lenses.push({ trajectory, line, text });
      }
      return lenses;
    },

    fields: async () => mappableFields(document.file),
  };
}

type Analysed = Extract<Entry, { readonly kind: "analysed" }>;

function channelOf(analysis: Analysis, control: number | null): HeatChannel {
  if (control === null) return { kind: "illegal-mass" };
  const masks = legalMasks(analysis.family);
  return { kind: "control", control, legalMask: (state) => masks[state] ?? 0 };
}

function stateWords(analysis: Analysis, token: number): string {
  const offset = analysis.tokens.start[token] ?? 0;
  const turn = turnAt(analysis.transcript.turns, offset);
  const structure = analysis.structures.find((each) => each.turn === turn);
  return structure ? describeState(structure, offset, analysis.transcript.text) : "not sampled";
}

/** Of a record that holds many trajectories, the first one's facts. */
function lensText(record: number, held: number, row: TrajectoryRow): string {
  const name = `record ${String(record + 1)}`;
  if (row.problem !== null) return `${name} · ${row.problem}`;
  const facts = [
    held === 1 ? null : `${String(held)} trajectories, the first`,
    row.step === null ? null : `step ${String(row.step)}`,
    row.group === null ? null : `group ${row.group}`,
    row.reward === null ? null : `reward ${String(Math.round(row.reward * 1000) / 1000)}`,
    row.worst?.label ?? "no finding",
  ];
  return `${name} · ${facts.filter((fact) => fact !== null).join(" · ")}`;
}

function clamp(from: number, count: number, total: number): { from: number; end: number } {
  const first = Math.max(0, Math.min(Math.trunc(from) || 0, total));
  const wanted = Math.max(0, Math.min(Math.trunc(count) || 0, maxEntries));
  return { from: first, end: Math.min(total, first + wanted) };
}
