/** One sequence and what is asked of each of its tokens. */
export interface Request {
  readonly ids: Int32Array;
  readonly controlIds: Int32Array;
  readonly topCount: number;
}
