import type { RuleId } from "../grammar/rule-id.ts";

/** What a rule is called where there is room for three words. */
const ruleNames: Readonly<Record<RuleId, string>> = {
  F01: "unclosed call",
  F02: "nested call",
  F03: "stop inside a call",
  F04: "call end without a call",
  F05: "call without its opener",
  F06: "damaged marker",
  F07: "cut-off JSON",
  F08: "invalid JSON",
  F09: "invented tool result",
  F10: "text after a call",
  F11: "unknown tool",
  F12: "arguments do not fit",
  F13: "broken argument tags",
  F14: "thinking never closed",
  F15: "call inside thinking",
  F16: "stray think marker",
  F17: "broken message header",
  F18: "role token inside a turn",
  F19: "control-token run",
  F20: "repetition loop",
  F21: "same call again and again",
  F22: "missing end of turn",
  F23: "empty turn",
  F24: "mixed call grammars",
  F25: "marker text in data",
  F26: "call as plain text",
  F27: "ids and text disagree",
  F28: "results out of order",
  F29: "special tokens stripped",
  M01: "sampled text outside the mask",
  M02: "tool output inside the mask",
  M03: "mask shifted by one",
  M04: "count off by one",
};

/** `F02 nested call`; a rule that is not in the table keeps its own name. */
export function showRule(rule: string): string {
  const name = isRule(rule) ? ruleNames[rule] : null;
  return name === null ? rule : `${rule} ${name}`;
}

function isRule(rule: string): rule is RuleId {
  return Object.hasOwn(ruleNames, rule);
}
