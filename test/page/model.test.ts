import assert from "node:assert/strict";
import { test } from "node:test";
import type { DocumentInfo } from "../../src/core/views/document.ts";
import type { TrajectoryView } from "../../src/core/views/trajectory.ts";
import { connect, serve, type Channel } from "../../src/protocol/rpc.ts";
import type { ViewerHost } from "../../src/protocol/viewer.ts";
import { createGuard } from "../../webview/guard.ts";
import { createModel, type Model } from "../../webview/model.ts";
import { firstSaved } from "../../webview/saved.ts";

/** A host that answers for a trajectory only when told to, so that a test decides what overtakes what. */
interface SlowHost {
  readonly model: Model;
  /** Answer the questions for trajectories asked so far, as of a revision. */
  readonly answer: (revision: number) => Promise<void>;
}

function slowHost(): SlowHost {
  let waiting: ((revision: number) => void)[] = [];
  const [page, host] = pipe();
  serve<ViewerHost>(host, {
    info: () => Promise.resolve(info),
    rows: ({ from }) => Promise.resolve({ revision: 1, from, rows: [] }),
    trajectory: ({ trajectory }) =>
      new Promise((resolve) => {
        waiting.push((revision) => {
          resolve(viewOf(trajectory, revision));
        });
      }),
    lines: missing,
    card: missing,
    series: missing,
    openTranscript: none,
    openSource: none,
    selectPolicy: none,
    selectTokenizer: none,
    chooseFamily: none,
    mapFields: none,
    startSearch: missing,
    searchResults: missing,
    searchMore: none,
    cancelSearch: none,
    searchPlace: missing,
    forgetMapping: none,
    cancelScoring: none,
    startScoring: none,
    stopIndexing: none,
    goOnIndexing: none,
    setThreshold: none,
    at: none,
    report: none,
  });
  const client = connect<ViewerHost>(page);
  const frame = { on: () => {}, touch: () => {} };
  const model = createModel({ client, frame, guard: createGuard(client), saved: firstSaved });
  return {
    model,
    async answer(revision) {
      await settle();
      const now = waiting;
      waiting = [];
      for (const resolve of now) resolve(revision);
      await settle();
    },
  };
}

/** A model that shows trajectory 0, of which it knows revision 1. */
async function opened(): Promise<SlowHost> {
  const host = slowHost();
  const start = host.model.refresh();
  await host.answer(1);
  await start;
  assert.equal(host.model.state.view?.index, 0);
  return host;
}

test("a jump to a token arrives though the file changes before the answer", async () => {
  const { model, answer } = await opened();
  const jump = model.goTo(2, 700);
  const change = model.refresh();
  await answer(2);
  await Promise.all([jump, change]);
  assert.deepEqual([model.state.view?.index, model.state.token], [2, 700]);
});

test("who waits for a jump waits until it is there, whatever overtook its question", async () => {
  const { model, answer } = await opened();
  let there: number | undefined;
  const jump = model.goTo(2, 700).then(() => {
    there = model.state.view?.index;
  });
  void model.refresh();
  await answer(2);
  await jump;
  assert.equal(there, 2);
});

test("a jump that arrived is not made again by the next change", async () => {
  const { model, answer } = await opened();
  const jump = model.goTo(2, 700);
  await answer(1);
  await jump;
  model.selectToken(30, 0, null);
  const change = model.refresh();
  await answer(2);
  await change;
  assert.equal(model.state.token, 30);
});

test("of two jumps the later counts, also back to the trajectory that is still on screen", async () => {
  const { model, answer } = await opened();
  const away = model.goTo(2, 700);
  const back = model.goTo(0, 40);
  await answer(1);
  await Promise.all([away, back]);
  const { view, trajectory, token } = model.state;
  assert.deepEqual([view?.index, trajectory, token], [0, 0, 40]);
});

const missing = (): Promise<never> => Promise.reject(new Error("not asked here"));
const none = (): Promise<void> => Promise.resolve();

/** Lets the promises that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function pipe(): readonly [Channel, Channel] {
  const ends = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()];
  const end = (own: number, other: number): Channel => ({
    post(message) {
      queueMicrotask(() => {
        for (const handler of ends[other] ?? []) handler(message);
      });
    },
    listen(handler) {
      ends[own]?.add(handler);
      return () => ends[own]?.delete(handler);
    },
  });
  return [end(0, 1), end(1, 0)];
}

function viewOf(index: number, revision: number): TrajectoryView {
  return {
    index,
    revision,
    id: String(index),
    step: null,
    group: null,
    sample: null,
    reward: null,
    tokenCount: 1000,
    tokensFrom: "file",
    fidelity: "sampled-ids",
    specialTokens: "kept",
    family: null,
    controls: [],
    scoredBy: null,
    verdict: { tone: "healthy-call", headline: [], sentences: [] },
    turns: [],
    lineCount: 1,
    findings: [],
    problem: null,
    notes: [],
  };
}

const info: DocumentInfo = {
  path: "",
  name: "",
  revision: 1,
  format: null,
  formatTitle: "",
  container: "jsonl",
  packed: null,
  sizeBytes: 0,
  trajectoryCount: 3,
  indexing: false,
  indexedBytes: 0,
  indexBytesPerSecond: 0,
  indexingStopped: false,
  specialTokens: "kept",
  fidelity: "sampled-ids",
  tokens: "file",
  family: "",
  policy: null,
  tokenizer: null,
  thresholdFloor: 0.05,
  problemCount: 0,
  problems: [],
  turnsByState: { "healthy-call": 0, "healthy-response": 0, polluted: 0, collapsed: 0 },
  analysedCount: 0,
  scoredCount: 0,
  spikeCount: 0,
  breakCount: 0,
  scoring: null,
  scoringProblem: null,
  misfit: null,
};
