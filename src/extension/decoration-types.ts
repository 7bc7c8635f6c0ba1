import * as vscode from "vscode";
import type { Severity } from "../core/grammar/rule-id.ts";
import { Disposables } from "./disposables.ts";

/** How a finding is underlined. Colour is never the only sign: weight and style differ too. */
export const underlineKinds = ["break", "fired", "latent"] as const;
export type UnderlineKind = (typeof underlineKinds)[number];

export const rulerKinds = ["error", "warning", "info"] as const satisfies readonly Severity[];

/** Decoration types are made once: making them again and again fills VS Code with dead style sheets. */
export interface DecorationTypes extends vscode.Disposable {
  /** Heat buckets 1 to 5 at index 0 to 4. */
  readonly heat: readonly vscode.TextEditorDecorationType[];
  readonly control: vscode.TextEditorDecorationType;
  readonly underline: Readonly<Record<UnderlineKind, vscode.TextEditorDecorationType>>;
  readonly ruler: Readonly<Record<Severity, vscode.TextEditorDecorationType>>;
  /** Text behind the cursor's line; the text is given with its range. */
  readonly inline: vscode.TextEditorDecorationType;
}

const heatBuckets = [1, 2, 3, 4, 5];

export function createDecorationTypes(): DecorationTypes {
  const store = new Disposables();
  const make = (options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType =>
    store.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        ...options,
      }),
    );
  return {
    heat: heatBuckets.map((bucket) =>
      make({ backgroundColor: color(`heat${String(bucket)}Background`) }),
    ),
    control: make({ color: color("controlForeground") }),
    underline: {
      break: make(underline("3px", "double", "breakBorder")),
      fired: make(underline("2px", "solid", "firedBorder")),
      latent: make(underline("2px", "dotted", "latentBorder")),
    },
    ruler: {
      error: make(ruler("breakBorder")),
      warning: make(ruler("latentBorder")),
      info: make(ruler("auditBorder")),
    },
    inline: make({
      after: { color: color("inlineForeground"), fontStyle: "italic", margin: "0 0 0 1.5em" },
    }),
    dispose: () => {
      store.dispose();
    },
  };
}

function underline(width: string, style: string, name: string): vscode.DecorationRenderOptions {
  return { borderWidth: `0 0 ${width} 0`, borderStyle: style, borderColor: color(name) };
}

/** The right lane is that of Problems: ours stay visible beside it. */
function ruler(name: string): vscode.DecorationRenderOptions {
  return { overviewRulerColor: color(name), overviewRulerLane: vscode.OverviewRulerLane.Center };
}

function color(name: string): vscode.ThemeColor {
  return new vscode.ThemeColor(`derail.${name}`);
}
