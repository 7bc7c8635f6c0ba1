import * as vscode from "vscode";

export type Picked<T> =
  | { readonly kind: "chosen"; readonly value: T }
  | { readonly kind: "back" }
  | { readonly kind: "cancelled" };

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface PickStep<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly choices: readonly Choice<T>[];
  /** The one that Enter takes. */
  readonly active: Choice<T> | undefined;
}

/** One step of several in a quick pick, with a way back from all but the first. */
export function pickStep<T>(step: PickStep<T>): Promise<Picked<T>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.title = step.title;
  pick.placeholder = step.placeholder;
  pick.step = step.step;
  pick.totalSteps = step.totalSteps;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  // A look at the file beside must not end it.
  pick.ignoreFocusOut = true;
  pick.items = step.choices;
  pick.activeItems = step.active ? [step.active] : [];
  if (step.step > 1) pick.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const end = (picked: Picked<T>): void => {
      resolve(picked);
      pick.dispose();
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (chosen) end({ kind: "chosen", value: chosen.value });
    });
    pick.onDidTriggerButton(() => {
      end({ kind: "back" });
    });
    pick.onDidHide(() => {
      end({ kind: "cancelled" });
    });
    pick.show();
  });
}
