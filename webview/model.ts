import type { TokenCard } from "../src/core/views/card.ts";
import type { DocumentInfo, TrajectoryRow } from "../src/core/views/document.ts";
import type { Line } from "../src/core/views/lines.ts";
import type { Series } from "../src/core/views/series.ts";
import type { TrajectoryView } from "../src/core/views/trajectory.ts";
import { openingZoom } from "./opening-zoom.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import type { Guard } from "./guard.ts";
import { createLatest } from "./latest.ts";
import { createPaged, type Paged } from "./paged.ts";
import type { Saved } from "./saved.ts";
import { primaryFinding } from "./finding-order.ts";

/** What the page knows, and where the user is. Parts read it; only the model writes it. */
export interface State {
  info: DocumentInfo | null;
  /** Why the file or the trajectory can't be shown, as the host said it. */
  failure: string | null;
  trajectory: number | null;
  token: number | null;
  /** Index of the finding that was walked to; a token can have several. */
  finding: number | null;
  /** Of `trajectory`, or still of the one before while the host answers. */
  view: TrajectoryView | null;
  series: Series | null;
  card: TokenCard | null;
  /** Control token whose probability is the heat; null: illegal control mass. */
  channel: number | null;
  zoom: { readonly startToken: number; readonly endToken: number } | null;
  /** A line the transcript should bring into view at its next draw. */
  reveal: { readonly line: number; readonly align: "auto" | "center" | "start" } | null;
  /** A short remark for the reader: shown, and read aloud. */
  note: string;
}

export interface Model {
  readonly state: Readonly<State>;
  readonly rows: Paged<TrajectoryRow>;
  readonly lines: Paged<Line>;
  /** Ask for everything on screen again. */
  refresh(): Promise<void>;
  /** Resolves when the trajectory is there, or failed. `token` null: at its first break. */
  goTo(trajectory: number, token: number | null): Promise<void>;
  /** `line` where the caller knows it already; otherwise the card tells. */
  selectToken(token: number | null, line: number | null, finding: number | null): void;
  setChannel(control: number | null): void;
  setZoom(zoom: State["zoom"]): void;
  setChartWidth(width: number): void;
  /** The transcript has brought the line into view. */
  revealed(): void;
  say(note: string): void;
}

/** Where to go in a trajectory; nulls: to its first break. */
interface Target {
  readonly token: number | null;
  readonly line: number | null;
}

interface Parts {
  readonly client: Client<ViewerHost>;
  readonly frame: Frame;
  readonly guard: Guard;
  readonly saved: Saved;
}

export function createModel({ client, frame, guard, saved }: Parts): Model {
  const state: State = {
    info: null,
    failure: null,
    trajectory: null,
    token: null,
    finding: null,
    view: null,
    series: null,
    card: null,
    channel: saved.channel,
    zoom: null,
    reveal: null,
    note: "",
  };
  const failed = (error: unknown): void => {
    guard.failed("load", error);
  };
  const viewQuestion = createLatest((error) => {
    state.failure = guard.messageOf(error);
    frame.touch("view");
    failed(error);
  });
  const seriesQuestion = createLatest(failed);
  const cardQuestion = createLatest(failed);
  let chartWidth = 800;
  let refreshing = false;
  let refreshAgain = false;
  /** Where a visit is on its way to; null once it is there. */
  let target: Target | null = null;
  /** The last question for a trajectory: ends when it is answered, failed or overtaken. */
  let viewAnswer: Promise<void> = Promise.resolve();

  const rows = createPaged<TrajectoryRow>({
    pageSize: 100,
    pageLimit: 60,
    async load(range, signal) {
      const slice = await client.call("rows", range, signal);
      return { revision: slice.revision, items: slice.rows };
    },
    arrived: () => {
      frame.touch("rows");
    },
    failed,
  });
  const lines = createPaged<Line>({
    pageSize: 100,
    // At most 60 tokens a line or so: some 600,000 token numbers, a few MB.
    pageLimit: 100,
    async load(range, signal) {
      const which = { trajectory: state.view?.index ?? 0, control: state.channel, ...range };
      const slice = await client.call("lines", which, signal);
      return { revision: slice.revision, items: slice.lines };
    },
    arrived: () => {
      frame.touch("lines");
    },
    failed,
  });

  return {
    state,
    rows,
    lines,
    refresh,
    goTo,
    selectToken,
    setChannel(control) {
      state.channel = control;
      lines.expire();
      frame.touch("lines", "series", "place");
    },
    setZoom(zoom) {
      state.zoom = zoom;
      void askSeries();
    },
    setChartWidth(width) {
      if (Math.abs(width - chartWidth) < 8) return;
      chartWidth = width;
      void askSeries();
    },
    revealed() {
      state.reveal = null;
    },
    say(note) {
      state.note = note;
      frame.touch("place");
    },
  };

  // One refresh at a time: the host may change faster than it answers, and the page must still get somewhere.
  async function refresh(): Promise<void> {
    refreshAgain = true;
    if (refreshing) return;
    refreshing = true;
    while (refreshAgain) {
      refreshAgain = false;
      rows.expire();
      lines.expire();
      await Promise.all([askInfo(), askView()]);
      frame.touch("rows", "lines");
    }
    refreshing = false;
  }

  async function askInfo(): Promise<void> {
    try {
      const info = await client.call("info", {});
      if (state.info !== null && info.revision < state.info.revision) return;
      state.info = info;
      frame.touch("info");
      if (state.trajectory === null) await choosePlace(info);
    } catch (error) {
      state.failure = guard.messageOf(error);
      frame.touch("info");
      failed(error);
    }
  }

  async function choosePlace(info: DocumentInfo): Promise<void> {
    if (info.trajectoryCount === 0) return;
    if (saved.trajectory !== null && saved.trajectory < info.trajectoryCount) {
      await visit(saved.trajectory, { token: saved.token, line: saved.line });
      state.reveal = { line: saved.line, align: "start" };
      return;
    }
    if (saved.trajectory !== null && info.indexing) return;
    const { rows: first } = await client.call("rows", { from: 0, count: 50 });
    // A collapsed turn shows more at the first look than a call with a wrong comma.
    const broken =
      first.find((row) => row.states.includes("collapsed")) ??
      first.find((row) => row.worst?.severity === "error");
    if (state.trajectory === null) await goTo(broken?.index ?? 0, null);
  }

  async function goTo(trajectory: number, token: number | null): Promise<void> {
    if (state.view?.index !== trajectory) {
      await visit(trajectory, { token, line: null });
      return;
    }
    if (token !== null) selectToken(token, null, null);
    if (state.trajectory === trajectory) return;
    // On the way to another one: back, and what is on screen may be out of date by now.
    await visit(trajectory, null);
  }

  async function visit(trajectory: number, at: Target | null): Promise<void> {
    state.trajectory = trajectory;
    state.failure = null;
    state.note = "";
    target = at;
    frame.touch("place");
    await arrival(at, askView());
  }

  /** A refresh that overtook the question asked it again, for the same place: wait for that answer too. */
  async function arrival(at: Target | null, asked: Promise<void>): Promise<void> {
    await asked;
    if (at !== null && at === target && asked !== viewAnswer) await arrival(at, viewAnswer);
  }

  function askView(): Promise<void> {
    const { trajectory } = state;
    if (trajectory === null) return Promise.resolve();
    viewAnswer = viewQuestion.ask(
      (signal) => client.call("trajectory", { trajectory }, signal),
      applyView,
    );
    return viewAnswer;
  }

  function applyView(view: TrajectoryView): void {
    const old = state.view;
    const isNew = old?.index !== view.index;
    if (!isNew && view.revision < old.revision) return;
    state.view = view;
    state.failure = null;
    if (isNew || old.lineCount !== view.lineCount || old.tokenCount !== view.tokenCount) {
      lines.clear();
    }
    const { token, line } = target ?? { token: null, line: null };
    target = null;
    if (isNew) {
      state.zoom = openingZoom(view);
      state.series = null;
      state.card = null;
      const first = token === null ? primaryFinding(view) : null;
      selectToken(token ?? first?.anchorToken ?? null, line ?? first?.line ?? null, null);
      if (state.token === null) state.reveal = { line: 0, align: "start" };
    } else if (state.token !== null) {
      void askCard(state.token, "stay");
    }
    frame.touch("view");
    void askSeries();
  }

  function selectToken(token: number | null, line: number | null, finding: number | null): void {
    const last = (state.view?.tokenCount ?? 0) - 1;
    state.token = token === null || last < 0 ? null : Math.max(0, Math.min(token, last));
    const here = state.view?.findings.find((each) => each.anchorToken === state.token);
    state.finding = finding ?? here?.index ?? null;
    state.note = "";
    if (line !== null) state.reveal = { line, align: "auto" };
    followZoom();
    if (state.token === null) {
      cardQuestion.cancel();
      state.card = null;
      frame.touch("card");
    } else {
      void askCard(state.token, line === null ? "reveal" : "stay");
    }
    frame.touch("place");
  }

  /** The chart keeps its scale and moves on when the selection leaves it. */
  function followZoom(): void {
    const { zoom, token, view } = state;
    if (zoom === null || token === null || view === null) return;
    if (token >= zoom.startToken && token < zoom.endToken) return;
    const size = zoom.endToken - zoom.startToken;
    const start = Math.max(0, Math.min(token - Math.floor(size / 2), view.tokenCount - size));
    state.zoom = { startToken: start, endToken: start + size };
    void askSeries();
  }

  async function askCard(token: number, then: "reveal" | "stay"): Promise<void> {
    const trajectory = state.view?.index;
    if (trajectory === undefined) return;
    await cardQuestion.ask(
      (signal) => client.call("card", { trajectory, token }, signal),
      (card) => {
        state.card = card;
        if (then === "reveal") state.reveal = { line: card.line, align: "auto" };
        frame.touch("card");
      },
    );
  }

  async function askSeries(): Promise<void> {
    const trajectory = state.view?.index;
    if (trajectory === undefined) return;
    const range = {
      startToken: state.zoom?.startToken ?? 0,
      endToken: state.zoom?.endToken ?? null,
      // A point for every two pixels is as much as an eye can tell.
      width: Math.max(50, Math.round(chartWidth / 2)),
    };
    await seriesQuestion.ask(
      (signal) => client.call("series", { trajectory, ...range }, signal),
      (series) => {
        state.series = series;
        frame.touch("series");
      },
    );
  }
}
