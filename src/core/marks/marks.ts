import type { Severity } from "../grammar/rule-id.ts";
import type { TurnState } from "../grammar/structure.ts";

/** What to draw in the `derail:` transcript document, as data. Offsets are UTF-16 in its text. */
export interface TranscriptMarks {
  readonly revision: number;
  readonly text: string;
  /** Tokens whose heat bucket is above 0. */
  readonly heat: {
    readonly start: Uint32Array;
    readonly end: Uint32Array;
    readonly bucket: Uint8Array;
  };
  /** Control tokens of the family, for colouring. */
  readonly controls: { readonly start: Uint32Array; readonly end: Uint32Array };
  readonly findings: readonly FindingMark[];
  readonly turns: readonly TurnMark[];
}

export interface FindingMark {
  readonly index: number;
  readonly kind: "break" | "spike" | "audit";
  readonly rule: string;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
  readonly token: number;
  readonly fired: boolean | null;
  /** `◆ <tool_call> 0.97, illegal here (usual 0.001)`: shown behind the cursor's line. */
  readonly inline: string;
  readonly message: string;
}

export interface TurnMark {
  readonly index: number;
  readonly label: string;
  readonly sampled: boolean;
  readonly state: TurnState | null;
  readonly start: number;
  readonly end: number;
  /** CodeLens: `assistant 2 · polluted · 2 spikes · breaks at line 15`. */
  readonly lens: string;
}

/** A finding at its place in the raw file: zero-based line, UTF-16 columns in that line. */
export interface RawFinding {
  readonly trajectory: number;
  readonly index: number;
  readonly kind: "break" | "spike" | "audit";
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The file is packed: the place is its beginning, and the bytes are those of the unpacked text. */
  readonly packed: boolean;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
