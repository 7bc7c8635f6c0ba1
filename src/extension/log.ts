import * as vscode from "vscode";
import { plainNotification } from "./plain-text.ts";

/** The one place where errors end: every event handler and command is wrapped by one of these. */
export interface Log extends vscode.Disposable {
  readonly channel: vscode.LogOutputChannel;
  /** For background work: an error is logged, nothing pops up. */
  guard<A extends readonly unknown[]>(
    name: string,
    run: (...args: A) => unknown,
  ): (...args: A) => void;
  /** For what a user asked for: an error is also shown, with a button that opens the log. */
  guardCommand<A extends readonly unknown[]>(
    name: string,
    run: (...args: A) => unknown,
  ): (...args: A) => Promise<void>;
  /** One sentence and the button `Show Log`. */
  showError(message: string): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel("Derail", { log: true });

  async function attempt(name: string, run: () => unknown): Promise<string | null> {
    try {
      await run();
      return null;
    } catch (error) {
      if (isCancelled(error)) return null;
      channel.error(`${name}: ${describe(error)}`);
      return isExpected(error) ? error.message : `${name} failed: ${messageOf(error)}`;
    }
  }

  function showError(message: string): void {
    const show = "Show Log";
    void vscode.window.showErrorMessage(plainNotification(message), show).then((choice) => {
      if (choice === show) channel.show();
    });
  }

  return {
    channel,
    guard:
      (name, run) =>
      (...args) =>
        void attempt(name, () => run(...args)),
    guardCommand:
      (name, run) =>
      async (...args) => {
        const failure = await attempt(name, () => run(...args));
        if (failure !== null) showError(failure);
      },
    showError,
    dispose: () => {
      channel.dispose();
    },
  };
}

/** An error of ours that a user can do something about: it carries a `reason`. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly reason:
    "not-a-file" | "packed" | "no-trajectory" | "engine-stopped" | "no-sample" | "no-fields";
  constructor(reason: UserError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export function isCancelled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "AbortError" || error instanceof vscode.CancellationError) return true;
  // A connection that closes while a view is being closed is no news either.
  return "reason" in error && (error.reason === "cancelled" || error.reason === "closed");
}

function isExpected(error: unknown): error is Error {
  return error instanceof Error && "reason" in error && typeof error.reason === "string";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
