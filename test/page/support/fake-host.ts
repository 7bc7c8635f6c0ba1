import type { DocumentInfo } from "../../../src/core/views/document.ts";
import type { TrajectoryView } from "../../../src/core/views/trajectory.ts";
import { connect, serve, type Channel, type Client } from "../../../src/protocol/rpc.ts";
import type { ViewerHost, ViewerPage } from "../../../src/protocol/viewer.ts";
import { measureContrast, type Contrast } from "./contrast.ts";
import { cardOf, seriesOf } from "./fake-queries.ts";
import { controls, type FakeTrajectory } from "./fake-trajectory.ts";
import { fakeSearch } from "./fake-search.ts";
import { fakeRow } from "./rollouts.ts";
import { scenarios, type Scenario } from "./scenarios.ts";

/** Stands in for the extension, in the browser: the tests steer it by `window.fake`. */
export interface Fake {
  readonly calls: { readonly method: string; readonly params: unknown }[];
  readonly page: Client<ViewerPage>;
  readonly violations: string[];
  readonly contrast: () => readonly Contrast[];
  /** Change what the file is, and tell the page. */
  change(patch: Partial<DocumentInfo>): void;
}

declare const window: {
  fake: Fake;
  acquireVsCodeApi: () => unknown;
  postMessage(message: unknown, target: string): void;
};
declare const document: {
  addEventListener(
    type: string,
    listener: (event: { violatedDirective: string; blockedURI: string }) => void,
  ): void;
};
declare const location: { readonly search: string };
declare const sessionStorage: {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
};

const name = new URLSearchParams(location.search).get("scenario") ?? "mockup";
const chosen = scenarios[name];
if (chosen !== undefined) start(chosen);

function start(scenario: Scenario): void {
  let info = scenario.info;
  let fromPage: ((message: unknown) => void)[] = [];
  const channel: Channel = {
    // A real webview carries structured clones, never shared objects.
    post(message) {
      window.postMessage(structuredClone(message), "*");
    },
    listen(handler) {
      fromPage.push(handler);
      return () => {
        fromPage = fromPage.filter((each) => each !== handler);
      };
    },
  };
  const calls: Fake["calls"] = [];
  const trajectories = new Map<number, FakeTrajectory>();
  const trajectory = (index: number): FakeTrajectory => {
    const known = trajectories.get(index) ?? scenario.trajectory(index);
    trajectories.set(index, known);
    return known;
  };
  const act = (method: string) => async (params: unknown) => {
    calls.push({ method, params });
    await Promise.resolve();
  };

  serve<ViewerHost>(channel, {
    async info() {
      await Promise.resolve();
      return info;
    },
    async rows({ from, count }) {
      calls.push({ method: "rows", params: { from, count } });
      await Promise.resolve();
      const end = Math.min(from + Math.min(count, 500), info.trajectoryCount);
      const rows = Array.from({ length: Math.max(0, end - from) }, (_, at) => ({
        ...fakeRow(from + at),
        ...scenario.row(from + at),
      }));
      return { revision: info.revision, from, rows };
    },
    async trajectory({ trajectory: index }) {
      await Promise.resolve();
      return viewOf(index);
    },
    async lines({ trajectory: index, from, count, control }) {
      calls.push({ method: "lines", params: { from, count, control: control ?? null } });
      await Promise.resolve();
      const lines = trajectory(index).lines.slice(from, from + Math.min(count, 500));
      return { revision: info.revision, from, lines };
    },
    async card({ trajectory: index, token }) {
      await Promise.resolve();
      return cardOf(trajectory(index), token, {
        policy: info.policy,
        recorded: scenario.recorded ?? null,
      });
    },
    async series({ trajectory: index, ...range }) {
      calls.push({ method: "series", params: range });
      await Promise.resolve();
      return seriesOf(trajectory(index), range, {
        revision: info.revision,
        policy: info.policy,
        recorded: scenario.recorded ?? null,
      });
    },
    ...fakeSearch((method, params) => calls.push({ method, params })),
    openTranscript: act("openTranscript"),
    openSource: act("openSource"),
    selectPolicy: act("selectPolicy"),
    selectTokenizer: act("selectTokenizer"),
    chooseFamily: act("chooseFamily"),
    mapFields: act("mapFields"),
    forgetMapping: act("forgetMapping"),
    cancelScoring: act("cancelScoring"),
    startScoring: act("startScoring"),
    stopIndexing: act("stopIndexing"),
    goOnIndexing: act("goOnIndexing"),
    setThreshold: act("setThreshold"),
    at: act("at"),
    report: act("report"),
  });

  function viewOf(index: number): TrajectoryView {
    const row = { ...fakeRow(index), ...scenario.row(index) };
    const found = trajectory(index);
    return {
      index,
      revision: info.revision,
      id: row.id,
      step: 96,
      group: row.group,
      sample: row.sample,
      reward: row.reward,
      tokenCount: row.problem === null ? found.texts.length : 0,
      tokensFrom: info.tokenizer === null ? "words" : "file",
      fidelity: "sampled-ids",
      specialTokens: "kept",
      family: {
        title: "Qwen3 (Hermes JSON)",
        confidence: "medium",
        reason: "the text has <tool_call>",
      },
      controls,
      scoredBy: info.policy,
      verdict: found.verdict,
      turns: found.turns,
      lineCount: row.problem === null ? found.lines.length : 0,
      findings: found.findings,
      problem: row.problem,
      notes: [],
    };
  }

  const violations: string[] = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
  const page = connect<ViewerPage>(channel);
  window.fake = {
    calls,
    page,
    violations,
    contrast: measureContrast,
    change(patch) {
      info = { ...info, ...patch, revision: info.revision + 1 };
      void page.call("changed", { revision: info.revision });
    },
  };
  window.acquireVsCodeApi = () => ({
    postMessage(message: unknown) {
      const copy = structuredClone(message);
      queueMicrotask(() => {
        for (const handler of fromPage) handler(copy);
      });
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem("state") ?? "null"),
    setState(state: unknown) {
      sessionStorage.setItem("state", JSON.stringify(state));
    },
  });
}
