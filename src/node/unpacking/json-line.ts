import { Buffer } from "node:buffer";

/** JSON text of a column that holds JSON: it goes into the line as it is spelled. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A row as one line of JSON, in the order of its columns. Whole numbers of any size keep their digits; what JSON has no
 * number for is null (NaN: pandas writes it where there is none) or `1e999`; bytes that are text are text, others base64.
 */
export function jsonLine(row: unknown): string {
  const parts: string[] = [];
  write(row, parts);
  return parts.join("");
}

function write(value: unknown, parts: string[]): void {
  if (typeof value === "number") parts.push(numberText(value));
  else if (typeof value === "bigint") parts.push(value.toString());
  else if (typeof value === "string" || typeof value === "boolean")
    parts.push(JSON.stringify(value));
  else if (typeof value !== "object" || value === null) parts.push("null");
  else if (value instanceof JsonText) parts.push(value.text);
  else if (value instanceof Date) parts.push(dateText(value));
  else if (value instanceof Uint8Array) parts.push(JSON.stringify(bytesText(value)));
  else if (isList(value)) writeList(value, parts);
  else writeObject(value, parts);
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function writeList(list: ArrayLike<unknown>, parts: string[]): void {
  parts.push("[");
  for (let at = 0; at < list.length; at++) {
    if (at > 0) parts.push(",");
    write(list[at], parts);
  }
  parts.push("]");
}

function writeObject(value: object, parts: string[]): void {
  parts.push("{");
  let isFirst = true;
  for (const [key, member] of Object.entries(value)) {
    parts.push(isFirst ? "" : ",", JSON.stringify(key), ":");
    isFirst = false;
    write(member, parts);
  }
  parts.push("}");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value > 0 ? "1e999" : "-1e999";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function dateText(value: Date): string {
  return Number.isNaN(value.getTime()) ? "null" : JSON.stringify(value.toISOString());
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Columns of text that older writers did not mark as such are bytes. */
export function bytesText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  }
}
