import type { Format } from "../format.ts";
import { atif } from "./atif.ts";
import { bfcl } from "./bfcl.ts";
import { inspect } from "./inspect.ts";
import { miniSweAgent } from "./mini-swe-agent.ts";
import { openHandsSdk } from "./openhands-sdk.ts";
import { openHands } from "./openhands.ts";
import { sweAgent } from "./swe-agent.ts";
import { tauBench } from "./tau-bench.ts";
import { tau2Bench } from "./tau2-bench.ts";

/** Logs of agents and of benchmarks. */
export const agentFormats: readonly Format[] = [
  atif,
  inspect,
  sweAgent,
  miniSweAgent,
  openHands,
  openHandsSdk,
  tauBench,
  tau2Bench,
  bfcl,
];
