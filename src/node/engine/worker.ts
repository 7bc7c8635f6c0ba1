import { parentPort, workerData } from "node:worker_threads";
import type { EngineHost, EngineListener } from "../../protocol/engine.ts";
import { connect, serve } from "../../protocol/rpc.ts";
import { portChannel } from "../port.ts";
import { Engine } from "./engine.ts";

// Entry of dist/engine.js: the engine in a worker thread, so that no parse and no tokenizer ever blocks the editor.
if (!parentPort) throw new Error("dist/engine.js runs in a worker thread");
const channel = portChannel(parentPort);
const listener = connect<EngineListener>(channel);
const never = new AbortController().signal;

const engine = new Engine({
  scorerPath: readScorerPath(workerData),
  followEveryMs: 1000,
  changed: (document, revision) => {
    void listener.call("changed", { document, revision }, never).catch(ignoreClosed);
  },
  log: (level, message) => {
    void listener.call("log", { level, message }, never).catch(ignoreClosed);
  },
});
serve<EngineHost>(channel, engine.host());

function readScorerPath(data: unknown): string {
  if (typeof data === "object" && data !== null && "scorerPath" in data)
    return String(data.scorerPath);
  throw new Error("workerData.scorerPath is missing");
}

/** The editor went away while it was being told; there is nobody left to tell. */
function ignoreClosed(): void {}
