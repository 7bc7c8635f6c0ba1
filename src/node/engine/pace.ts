import { setImmediate } from "node:timers/promises";

/** Longest stretch of work before other calls get their turn: below what a person notices. */
const sliceMs = 20;

/** Call between small pieces of long work: lets the event loop breathe when a slice is used up, and stops when aborted. */
export function startPacing(signal: AbortSignal): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - sliceStart < sliceMs) return;
    await setImmediate();
    signal.throwIfAborted();
    sliceStart = performance.now();
  };
}
