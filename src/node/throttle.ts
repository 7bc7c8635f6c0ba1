/** What is called to ask for a run; disposing drops the run that still waits. */
export interface Throttled {
  (): void;
  dispose(): void;
}

/**
 * Run soon after the first call, then at most once an interval: a burst of events costs one redraw, and the last call
 * is never lost. A run that waits keeps no process alive.
 */
export function throttle(intervalMs: number, run: () => void): Throttled {
  let timer: NodeJS.Timeout | null = null;
  let lastRun = -Infinity;

  const fire = (): void => {
    timer = null;
    lastRun = performance.now();
    run();
  };
  const request = (): void => {
    if (timer) return;
    timer = setTimeout(fire, Math.max(0, lastRun + intervalMs - performance.now())).unref();
  };
  return Object.assign(request, {
    dispose() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  });
}
