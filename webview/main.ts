// oxlint-disable-next-line import/no-unassigned-import -- the bundler takes the sheet from here
import "./styles/page.css";
import { serve } from "../src/protocol/rpc.ts";
import type { ViewerPage } from "../src/protocol/viewer.ts";
import { mountBanners } from "./banners.ts";
import { mountCard } from "./card.ts";
import { mountChart } from "./chart.ts";
import { mountEmpty } from "./empty.ts";
import { createEntries } from "./entries.ts";
import { mountFind } from "./find.ts";
import { createFrame } from "./frame.ts";
import { createGuard } from "./guard.ts";
import { mountHead } from "./head.ts";
import { mountHelp } from "./help.ts";
import { connectHost } from "./host.ts";
import { listenToKeys } from "./keys.ts";
import { buildLayout } from "./layout.ts";
import { mountListHead } from "./list-head.ts";
import { mountList } from "./list.ts";
import { createModel } from "./model.ts";
import { keepPlace } from "./place.ts";
import { mountToolbar, openTranscript } from "./toolbar.ts";
import { registerToolkit } from "./toolkit.ts";
import { mountTranscript } from "./transcript.ts";
import type { WalkKind } from "./finding-order.ts";
import { walk } from "./walk.ts";

const root = document.querySelector("#page");
if (root instanceof HTMLElement) start(root);

/** Puts the parts together; each draws itself when what it depends on changes. */
function start(page: HTMLElement): void {
  const host = connectHost();
  const { client, saved } = host;
  const guard = createGuard(client);
  logTrouble(guard.failed);
  registerToolkit();

  const frame = createFrame();
  const model = createModel({ client, frame, guard, saved });
  const entries = createEntries({ client, frame, guard, model });
  const layout = buildLayout(page, saved, () => {
    frame.touch("layout");
  });
  const shared = { model, frame, client, guard };

  mountBanners({ root: layout.banners, ...shared });
  mountListHead({ root: layout.listHead, foot: layout.listFoot, entries, ...shared });
  const list = mountList({ root: layout.listBody, entries, ...shared });
  mountHead({ root: layout.head, ...shared });
  const place = keepPlace({ host, layout, topLine: () => transcript.topLine(), ...shared });
  const transcript = mountTranscript({
    root: layout.transcript,
    model,
    frame,
    scrolled: place.scrolled,
  });
  const find = mountFind({
    root: layout.find,
    results: layout.found,
    leave: transcript.focus,
    ...shared,
  });
  const help = mountHelp(page);
  mountToolbar({ root: layout.toolbar, find: find.open, help: help.toggle, ...shared });
  mountEmpty({ page, root: layout.empty, ...shared });
  mountCard({ root: layout.card, ...shared });
  mountChart({ root: layout.chart, ...shared });

  const step = (kind: WalkKind, direction: 1 | -1): void => {
    guard.run("walk", walk(model, client, { kind, direction }));
  };
  listenToKeys({
    moveTrajectory: list.move,
    walk: step,
    find: find.open,
    help: help.toggle,
    open: () => {
      openTranscript(shared);
    },
    back: () => {
      if (find.isOpen) find.close();
      else list.focus();
    },
  });
  serve<ViewerPage>(host.channel, {
    async changed() {
      await model.refresh();
    },
    async reveal({ trajectory, token }) {
      await model.goTo(trajectory, token);
    },
    async step({ kind, direction }) {
      await walk(model, client, { kind, direction });
    },
  });
  guard.run("open", model.refresh());
  frame.touch("info", "view", "place", "find");
}

function logTrouble(log: (name: string, error: unknown) => void): void {
  window.addEventListener("error", (event) => {
    log("error", event.error ?? event.message);
  });
  window.addEventListener("unhandledrejection", (event) => {
    log("rejection", event.reason);
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    log("policy", `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
}
