import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { connect, serve, type Client } from "../protocol/rpc.ts";
import type { ViewerHost, ViewerPage } from "../protocol/viewer.ts";
import { Disposables } from "./disposables.ts";
import type { Documents, HeldDocument } from "./documents.ts";
import type { Log } from "./log.ts";
import { pageHtml } from "./page-html.ts";
import { index, indexOrNull, pageQueries } from "./page-queries.ts";
import { pageSearch } from "./page-search.ts";
import { openRawFile } from "./open-raw-file.ts";
import { writeSetting } from "./settings.ts";
import type { SharedDocument } from "./shared-document.ts";
import { throttle } from "../node/throttle.ts";
import { openTranscript } from "./transcript-uri.ts";
import { webviewChannel } from "./webview-channel.ts";

/** `option` for any JSON, `default` for names that only rollouts have and for what no other
 * editor can show: VS Code wants a view type for each priority. */
const viewTypes = ["derail.trajectory", "derail.rollout"] as const;

/** The page redraws what it shows; while scoring, changes come many times a second. */
const changedEveryMs = 250;

interface RolloutDocument extends vscode.CustomDocument {
  readonly held: HeldDocument;
}

/** A place in a trajectory. */
export interface Place {
  readonly trajectory: number;
  readonly token: number | null;
}

/** One trajectory editor that is open. */
export interface OpenViewer {
  readonly document: SharedDocument;
  readonly panel: vscode.WebviewPanel;
  /** What the page shows now. */
  readonly at: Place;
  reveal(place: Place): void;
  step(kind: "spike" | "break", direction: 1 | -1): Promise<void>;
}

export interface Viewers extends vscode.Disposable {
  /** The trajectory editor that has the focus, or had it last among those in view. */
  active(): OpenViewer | null;
  /** Open or focus the trajectory editor of a file, at a place. */
  open(uri: vscode.Uri, place: Place | null): Promise<void>;
}

export function activateTrajectoryEditor(
  extensionUri: vscode.Uri,
  documents: Documents,
  log: Log,
): Viewers {
  const store = new Disposables();
  const viewers = new Set<OpenViewer>();
  const wanted = new Map<string, Place>();
  const provider: vscode.CustomReadonlyEditorProvider<RolloutDocument> = {
    openCustomDocument(uri) {
      const held = documents.hold(uri);
      return { uri, held, dispose: () => void held.dispose() };
    },
    resolveCustomEditor({ held: { document } }, panel) {
      const viewer = showPage(document, panel, { extensionUri, log });
      viewers.add(viewer);
      panel.onDidDispose(() => viewers.delete(viewer));
      const place = wanted.get(document.path);
      wanted.delete(document.path);
      if (place) viewer.reveal(place);
    },
  };
  for (const viewType of viewTypes) {
    store.add(
      vscode.window.registerCustomEditorProvider(viewType, provider, {
        supportsMultipleEditorsPerDocument: true,
      }),
    );
  }

  return {
    active: () => [...viewers].find((viewer) => viewer.panel.active) ?? null,
    async open(uri, place) {
      // Held meanwhile, so that a file on no disk gives its message here and not as an empty tab.
      const held = documents.hold(uri);
      try {
        const open = [...viewers].find((viewer) => viewer.document === held.document);
        if (open) {
          open.panel.reveal();
          if (place) open.reveal(place);
          return;
        }
        if (place) wanted.set(held.document.path, place);
        await vscode.commands.executeCommand("vscode.openWith", uri, viewTypeOf(uri));
      } finally {
        held.dispose();
      }
    },
    dispose: () => {
      store.dispose();
    },
  };
}

function viewTypeOf(uri: vscode.Uri): string {
  return /\.(rollout\.jsonl|traj|eval|parquet)$/i.test(uri.path)
    ? "derail.rollout"
    : "derail.trajectory";
}

function showPage(
  document: SharedDocument,
  panel: vscode.WebviewPanel,
  { extensionUri, log }: { readonly extensionUri: vscode.Uri; readonly log: Log },
): OpenViewer {
  const { webview } = panel;
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  webview.options = {
    enableScripts: true,
    localResourceRoots: [dist, vscode.Uri.joinPath(extensionUri, "media")],
  };
  const store = new Disposables();
  panel.onDidDispose(() => {
    store.dispose();
  });
  const channel = webviewChannel(webview);
  const page: Client<ViewerPage> = connect<ViewerPage>(channel);
  store.add(new vscode.Disposable(() => page.dispose()));
  const searching = pageSearch(document, log);
  let at: Place = { trajectory: 0, token: null };
  // The page speaks first: until then there is nobody to call. What a hidden page is sent is dropped; when it is shown
  // again it is a new page, which speaks first.
  let speaks = false;
  /** It knows the file, so that it can go to a place. */
  let ready = false;
  let pending: Place | null = null;

  const reveal = (place: Place): void => {
    at = place;
    pending = ready ? null : place;
    if (ready) callPage(() => page.call("reveal", place));
  };
  const changed = store.add(
    throttle(changedEveryMs, () => {
      if (speaks) callPage(() => page.call("changed", { revision: document.revision }));
    }),
  );
  store.add(document.onDidChange(changed));
  store.add(
    panel.onDidChangeViewState(() => {
      if (panel.visible) return;
      // Whoever is shown again is a new page, which knows of no search.
      searching.stop();
      speaks = false;
      ready = false;
    }),
  );

  store.add(new vscode.Disposable(searching.stop));
  const stopServing = serve<ViewerHost>(channel, {
    ...pageQueries(document),
    ...searching.queries,
    info: async (_params, signal) => {
      speaks = panel.visible;
      const info = await document.query("info", {}, signal);
      document.ensureAnalysis(at.trajectory, info);
      // Hidden meanwhile: the next page asks again.
      if (!speaks) return info;
      if (!ready) log.channel.debug(`The page of ${document.path} is ready`);
      ready = true;
      if (pending) reveal(pending);
      return info;
    },
    openTranscript: ({ trajectory, token, beside }) =>
      openTranscript(document, {
        trajectory: index(trajectory),
        token: indexOrNull(token),
        beside,
      }),
    openSource: ({ trajectory, finding }) =>
      openRawFile(document, { trajectory: index(trajectory), finding: indexOrNull(finding) }),
    selectPolicy: () => command("derail.selectPolicy"),
    selectTokenizer: () => command("derail.selectTokenizer"),
    chooseFamily: () => command("derail.chooseFamily"),
    mapFields: () => command("derail.mapFields", document.uri),
    forgetMapping: () => command("derail.internal.forgetMapping", document.uri),
    cancelScoring: async () => {
      document.cancelAnalysis();
    },
    startScoring: async () => {
      const run = log.guardCommand("Scoring", () => document.analyse(at.trajectory));
      void run();
    },
    stopIndexing: () => document.stopIndexing(),
    goOnIndexing: async () => {
      const run = log.guardCommand("Reading the file", () => document.goOnIndexing());
      void run();
    },
    setThreshold: ({ floor }) => writeSetting("threshold.floor", fraction(floor)),
    at: async ({ trajectory, token }) => {
      at = { trajectory: index(trajectory), token: indexOrNull(token) };
    },
    report: async ({ message }) => {
      // Rollout text may be in it: one line, bounded.
      log.channel.error(`Page: ${message.slice(0, 2_000).replaceAll(/\s+/g, " ")}`);
    },
  });
  store.add(new vscode.Disposable(stopServing));
  webview.html = pageHtml({
    scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, "webview.js")).toString(),
    styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, "webview.css")).toString(),
    nonce: randomBytes(16).toString("hex"),
    cspSource: webview.cspSource,
  });

  function callPage(call: () => Promise<void>): void {
    const run = log.guard("Page", call);
    run();
  }
  return {
    document,
    panel,
    get at() {
      return at;
    },
    reveal,
    step: (kind, direction) => page.call("step", { kind, direction }),
  };
}

/** What the page sends may be anything, whatever its type says. */
function fraction(value: unknown): number {
  return typeof value === "number" && value >= 0 ? Math.min(1, value) : 0;
}

async function command(name: string, ...args: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(name, ...args);
}
