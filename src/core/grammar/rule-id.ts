export type Severity = "error" | "warning" | "info";

/** Rules of the failure taxonomy: what each means, and the public reports that it comes from, is in docs/rules.md. */
export const ruleIds = [
  "F01",
  "F02",
  "F03",
  "F04",
  "F05",
  "F06",
  "F07",
  "F08",
  "F09",
  "F10",
  "F11",
  "F12",
  "F13",
  "F14",
  "F15",
  "F16",
  "F17",
  "F18",
  "F19",
  "F20",
  "F21",
  "F22",
  "F23",
  "F24",
  "F25",
  "F26",
  "F27",
  "F28",
  "F29",
] as const;

/** Audits of a trainer's loss mask, where a file has one. */
export const maskRuleIds = ["M01", "M02", "M03", "M04"] as const;

export type RuleId = (typeof ruleIds)[number] | (typeof maskRuleIds)[number];
