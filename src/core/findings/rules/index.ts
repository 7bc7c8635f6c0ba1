import type { RuleInput, Offence, Rule } from "./rule.ts";
import { unclosedCall } from "./f01-unclosed-call.ts";
import { nestedCall } from "./f02-nested-call.ts";
import { stopInCall } from "./f03-stop-in-call.ts";
import { orphanClose } from "./f04-orphan-close.ts";
import { missingOpener } from "./f05-missing-opener.ts";
import { brokenMarker } from "./f06-broken-marker.ts";
import { truncatedJson } from "./f07-truncated-json.ts";
import { invalidJson } from "./f08-invalid-json.ts";
import { inventedResult } from "./f09-invented-result.ts";
import { textAfterCall } from "./f10-text-after-call.ts";
import { unknownTool } from "./f11-unknown-tool.ts";
import { schemaViolation } from "./f12-schema.ts";
import { argumentMarkup } from "./f13-argument-markup.ts";
import { unclosedThinking } from "./f14-unclosed-thinking.ts";
import { callInThinking } from "./f15-call-in-thinking.ts";
import { strayThinking } from "./f16-stray-thinking.ts";
import { badHeader } from "./f17-header.ts";
import { inventedTurn } from "./f18-invented-turn.ts";
import { controlRun } from "./f19-control-run.ts";
import { repetition } from "./f20-repetition.ts";
import { turnEnd } from "./f22-turn-end.ts";
import { emptyTurn } from "./f23-empty-turn.ts";
import { mixedGrammars } from "./f24-mixed-grammars.ts";
import { plainCall } from "./f26-plain-call.ts";
import { oneCause } from "./cascades.ts";
import { coverage, inControlRun } from "./coverage.ts";

/** Every rule but F23, which must know what the others found. */
const rules: readonly Rule[] = [
  unclosedCall,
  nestedCall,
  stopInCall,
  orphanClose,
  missingOpener,
  brokenMarker,
  truncatedJson,
  invalidJson,
  inventedResult,
  textAfterCall,
  unknownTool,
  schemaViolation,
  argumentMarkup,
  unclosedThinking,
  callInThinking,
  strayThinking,
  badHeader,
  inventedTurn,
  controlRun,
  repetition,
  turnEnd,
  mixedGrammars,
  plainCall,
];

/** The breaks of a turn, first to last: one cause, one break. */
export function judge(input: RuleInput): readonly Offence[] {
  const found = oneCause(rules.flatMap((rule) => rule(input)));
  return emptyTurn(input, withoutCascades(input, found))
    .toSorted((a, b) => a.start - b.start)
    .slice(0, maxBreaks);
}

// A turn of thousands of broken calls has one cause; what comes after the first is a count, not news.
const maxBreaks = 200;

function withoutCascades({ scan }: RuleInput, found: readonly Offence[]): readonly Offence[] {
  const single = found.filter(({ rule, start }) => rule === "F19" || !inControlRun(scan, start));
  const inOther = coverage(single.filter(({ rule }) => rule !== "F22"));
  // A turn's end that is wrong or missing where another break is: that one's rule tells it.
  return single.filter((one) => one.rule !== "F22" || !inOther(one));
}
