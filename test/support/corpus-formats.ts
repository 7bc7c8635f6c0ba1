import type { FormatId } from "../../src/core/formats/format.ts";

/**
 * Which real files are of a format: folders of the corpus, or single files where a folder holds several formats. What a
 * folder holds beside JSON (archives) is for the tests of containers.
 */
export const corpusFormats: Readonly<Partial<Record<FormatId, readonly string[]>>> = {
  verl: ["verl"],
  "nemo-gym": ["nemo-gym"],
  atif: ["atif"],
  "tau-bench": ["tau-bench"],
  "tau2-bench": ["tau2-bench/smg_tau2_results_sample.json"],
  openhands: [
    "openhands/resolver_output.jsonl",
    "openhands/runtime_trajs_basic_interactions.json",
    "openhands/runtime_trajs_wrong_initial_state.json",
  ],
  "openhands-sdk": ["openhands/sdk_v1_events.jsonl"],
  "swe-agent": ["swe-agent"],
  inspect: [
    "inspect-ai/2025-05-12T20-27-36-04-00_browser.json",
    "inspect-ai/2025-05-12T20-28-26-04-00_security-guide.json",
  ],
  "chat-messages": [
    "collapse-paper",
    "openai-chat",
    "ms-swift-datasets/chatml.jsonl",
    "mini-swe-agent",
  ],
  "claude-code": ["claude-code"],
  codex: ["codex"],
  "gemini-cli": [
    "gemini-cli/agentsview_standard_session.json",
    "gemini-cli/agentsview_tool_calls.json",
  ],
  langfuse: ["langfuse"],
  sharegpt: ["ms-swift-datasets/conversations.jsonl", "not-rollouts/swift_multi.jsonl"],
  "transcript-text": ["openai-harmony"],
};
