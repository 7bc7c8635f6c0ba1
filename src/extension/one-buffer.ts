/**
 * The same message with all its typed arrays as views of one buffer. VS Code hands the buffers of a message on as
 * arguments of one call and counts these in a byte: beyond 254 it loses arrays, and says nothing.
 */
export function inOneBuffer(message: unknown): unknown {
  let sizeBytes = 0;
  let hasColumns = false;
  walk(message, (column) => {
    hasColumns = true;
    sizeBytes = aligned(sizeBytes) + column.byteLength;
    return column;
  });
  if (!hasColumns) return message;
  const buffer = new ArrayBuffer(sizeBytes);
  let end = 0;
  return walk(message, (column) => {
    const start = aligned(end);
    end = start + column.byteLength;
    return moved(column, buffer, start);
  });
}

const kinds = [Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
type Column = InstanceType<(typeof kinds)[number]>;

/** The widest element is of eight bytes, and an array begins at a multiple of its element's. */
function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function moved(column: Column, buffer: ArrayBuffer, start: number): Column {
  const kind = kinds.find((each) => column instanceof each) ?? Uint8Array;
  const copy = new kind(buffer, start, column.length);
  copy.set(column);
  return copy;
}

/** A copy in which `replace` has replaced every column. Messages are trees of plain objects, lists and columns. */
function walk(value: unknown, replace: (column: Column) => Column): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isColumn(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, replace));
  if (ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [key, walk(item, replace)]),
  );
}

function isColumn(value: object): value is Column {
  return kinds.some((kind) => value instanceof kind);
}
