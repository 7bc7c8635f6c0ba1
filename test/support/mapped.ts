import assert from "node:assert/strict";
import { eachRun, toByte, toUtf16 } from "../../src/core/text/source-map.ts";
import type { MappedText } from "../../src/core/text/source-map.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decode the bytes of every unit again, raw or as a JSON escape, and look that unit up from its bytes. */
export function assertMapHolds({ text, map }: MappedText, file: Uint8Array): void {
  assert.equal(map.length, text.length);
  for (let unit = 0; unit < text.length; unit++) {
    const startByte = toByte(map, unit);
    const escape = file[startByte] === 0x5c;
    const isPair = !escape && /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(unit, unit + 2));
    const shown = text.slice(unit, unit + (isPair ? 2 : 1));
    const length = escape
      ? file[startByte + 1] === 0x75
        ? 6
        : 2
      : sizeOf(map, unit) * shown.length;
    const bytes = decoder.decode(file.subarray(startByte, startByte + length));
    const read: unknown = escape ? JSON.parse(`"${bytes}"`) : bytes;
    assert.equal(read, shown, `unit ${String(unit)} at byte ${String(startByte)}`);
    assert.equal(toUtf16(map, startByte), unit);
    unit += shown.length - 1;
  }
}

function sizeOf(map: MappedText["map"], unit: number): number {
  let size = 0;
  eachRun(map, unit, unit + 1, (_count, _byte, stride) => {
    size = stride;
  });
  return size;
}
