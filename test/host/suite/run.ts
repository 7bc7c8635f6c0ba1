// What VS Code's own runner calls, inside the extension host.
import Mocha from "mocha";
import { writeFileSync } from "node:fs";
import process from "node:process";
import type { HostResult } from "../../support/host-suite.ts";

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "min" });
  const results: HostResult[] = [];
  // Mocha's globals have to be there before the suites are read.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./editing.ts");
  await import("./packed.ts");
  const { notes } = await import("./lifetime.ts");
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on("pass", (test) => {
        results.push({ title: test.title, error: null, durationMs: test.duration ?? 0 });
      })
      .on("fail", (test, error: Error) => {
        const words = error.stack ?? error.message;
        results.push({ title: test.title, error: words, durationMs: 0 });
      });
  });
  const report = process.env["HOST_TEST_REPORT"];
  if (report) writeFileSync(report, JSON.stringify({ node: process.version, notes, results }));
}
