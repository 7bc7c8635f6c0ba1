import type { Analysis } from "../analysis/analysis.ts";
import type { RuleId } from "../grammar/rule-id.ts";
import type { Break } from "../grammar/structure.ts";
import { clip } from "../text/words.ts";
import type { Prose } from "./trajectory.ts";

/**
 * What went wrong, as one sentence that ends in the rule's number. A control token out of place is the sentence's subject
 * and shown as code; whatever else went wrong the rule's own message says best.
 */
export function ruleSentence(broken: Break, control: string | null): Prose {
  const deed = control === null ? null : deedOf(broken);
  if (control === null || deed === null)
    return [{ text: `${clip(broken.message, 200).replace(/\.$/, "")} (${broken.rule}).` }];
  return [{ code: clip(control, 60) }, { text: ` ${deed} (${broken.rule}).` }];
}

/** Text of a control by its number. */
export function controlText({ family }: Analysis, control: number | null): string | null {
  return control === null ? null : (family.controls[control]?.text ?? null);
}

/** What the control token did; null where it is not the doer. */
function deedOf({ rule, state, expected }: Break): string | null {
  if (rule === "F03" && state.includes("think")) return "ended the turn inside thinking";
  if (rule === "F22" && expected !== "")
    return `ended the turn where ${clip(expected, 60)} was due`;
  return deeds[rule] ?? null;
}

const deeds: Readonly<Partial<Record<RuleId, string>>> = {
  F02: "opened inside a call that was still open",
  F03: "ended the turn inside an open call",
  F04: "closed a call that was never opened",
  F15: "opened a call inside thinking",
  F18: "began another speaker's turn inside the policy's own",
};
