import { Buffer } from "node:buffer";

/** The low 32 bits of XXH64 with seed 0, over bytes that come in pieces: what a zstd frame ends with. */
export interface Hash {
  update(bytes: Uint8Array): void;
  digest(): number;
}

// 64 bits as BigInt would cost more than the unpacking does: each number is two halves, and a product is made of four.
const stripeBytes = 32;

const p1 = [0x9e3779b1, 0x85ebca87] as const;
const p2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const p3 = [0x165667b1, 0x9e3779f9] as const;
const p4 = [0x85ebca77, 0xc2b2ae63] as const;
const p5 = [0x27d4eb2f, 0x165667c5] as const;
type Constant = readonly [high: number, low: number];

/** xxHash's specification, XXH64. */
export function startHash(): Hash {
  // Four lanes; high half, low half.
  const lanes = new Uint32Array(8);
  const scratch = new Uint32Array(2);
  setLane(0, add(p1, p2));
  setLane(1, p2);
  setLane(2, [0, 0]);
  setLane(3, subtract([0, 0], p1));
  const rest = Buffer.alloc(stripeBytes);
  let restLength = 0;
  let total = 0;

  function setLane(index: number, [high, low]: Constant): void {
    lanes[2 * index] = high;
    lanes[2 * index + 1] = low;
  }

  function lane(index: number): Constant {
    return [lanes[2 * index] ?? 0, lanes[2 * index + 1] ?? 0];
  }

  function takeStripes(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at += stripeBytes) {
      for (let index = 0; index < 4; index++) {
        const low = bytes.readUInt32LE(at + 8 * index);
        const high = bytes.readUInt32LE(at + 8 * index + 4);
        round(lanes, 2 * index, high, low);
      }
    }
  }

  return {
    update(given) {
      const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      total += bytes.length;
      let at = 0;
      if (restLength > 0) {
        at = Math.min(stripeBytes - restLength, bytes.length);
        bytes.copy(rest, restLength, 0, at);
        restLength += at;
        if (restLength < stripeBytes) return;
        takeStripes(rest, 0, stripeBytes);
        restLength = 0;
      }
      const whole = at + Math.floor((bytes.length - at) / stripeBytes) * stripeBytes;
      takeStripes(bytes, at, whole);
      restLength = bytes.copy(rest, 0, whole);
    },
    digest() {
      let hash = total < stripeBytes ? p5 : converge();
      hash = add(hash, [Math.floor(total / 2 ** 32), total >>> 0]);
      let at = 0;
      for (; at + 8 <= restLength; at += 8) {
        scratch.fill(0);
        round(scratch, 0, rest.readUInt32LE(at + 4), rest.readUInt32LE(at));
        hash = xor(hash, [scratch[0] ?? 0, scratch[1] ?? 0]);
        hash = add(multiply(rotate(hash, 27), p1), p4);
      }
      if (at + 4 <= restLength) {
        hash = xor(hash, multiply([0, rest.readUInt32LE(at)], p1));
        hash = add(multiply(rotate(hash, 23), p2), p3);
        at += 4;
      }
      for (; at < restLength; at++) {
        hash = xor(hash, multiply([0, rest[at] ?? 0], p5));
        hash = multiply(rotate(hash, 11), p1);
      }
      hash = multiply(xor(hash, shiftRight(hash, 33)), p2);
      hash = multiply(xor(hash, shiftRight(hash, 29)), p3);
      return (hash[1] ^ hash[0]) >>> 0;
    },
  };

  function converge(): Constant {
    const turned = [1, 7, 12, 18].map((bits, index) => rotate(lane(index), bits));
    let hash = turned.reduce((sum, each) => add(sum, each), [0, 0] as Constant);
    for (let index = 0; index < 4; index++) {
      scratch.fill(0);
      const [high, low] = lane(index);
      round(scratch, 0, high, low);
      hash = add(multiply(xor(hash, [scratch[0] ?? 0, scratch[1] ?? 0]), p1), p4);
    }
    return hash;
  }
}

/** lane = rotate(lane + input * p2, 31) * p1, in place: the one step that each byte goes through. */
function round(lanes: Uint32Array, at: number, high: number, low: number): void {
  const [p2High, p2Low] = p2;
  let sumLow = (lanes[at + 1] ?? 0) + (Math.imul(low, p2Low) >>> 0);
  const carry = sumLow > 0xffffffff ? 1 : 0;
  sumLow >>>= 0;
  const productHigh =
    (highProduct(low, p2Low) + Math.imul(low, p2High) + Math.imul(high, p2Low)) | 0;
  const sumHigh = ((lanes[at] ?? 0) + productHigh + carry) >>> 0;
  const turnedHigh = ((sumHigh << 31) | (sumLow >>> 1)) >>> 0;
  const turnedLow = ((sumLow << 31) | (sumHigh >>> 1)) >>> 0;
  const [p1High, p1Low] = p1;
  lanes[at] =
    (highProduct(turnedLow, p1Low) + Math.imul(turnedLow, p1High) + Math.imul(turnedHigh, p1Low)) |
    0;
  lanes[at + 1] = Math.imul(turnedLow, p1Low);
}

/** The high 32 bits of a product of two halves. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
}

function multiply(a: Constant, b: Constant): Constant {
  const high = highProduct(a[1], b[1]) + Math.imul(a[1], b[0]) + Math.imul(a[0], b[1]);
  return [high >>> 0, Math.imul(a[1], b[1]) >>> 0];
}

function add(a: Constant, b: Constant): Constant {
  const low = a[1] + b[1];
  return [(a[0] + b[0] + (low > 0xffffffff ? 1 : 0)) >>> 0, low >>> 0];
}

function subtract(a: Constant, b: Constant): Constant {
  const low = a[1] - b[1];
  return [(a[0] - b[0] - (low < 0 ? 1 : 0)) >>> 0, low >>> 0];
}

function xor(a: Constant, b: Constant): Constant {
  return [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0];
}

/** By 1 to 31 bits. */
function rotate([high, low]: Constant, bits: number): Constant {
  const back = 32 - bits;
  return [((high << bits) | (low >>> back)) >>> 0, ((low << bits) | (high >>> back)) >>> 0];
}

/** By 29 or 33 bits. */
function shiftRight([high, low]: Constant, bits: number): Constant {
  if (bits >= 32) return [0, high >>> (bits - 32)];
  return [high >>> bits, ((low >>> bits) | (high << (32 - bits))) >>> 0];
}
