/** Numbers that are the same for the same seed, so that what a soak run found can be had again. */
export interface Random {
  /** A whole number below `limit`. */
  below(limit: number): number;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** xorshift32 (Marsaglia 2003): good enough to choose places and bytes. */
export function startRandom(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  // The first values of small seeds are alike.
  for (let turn = 0; turn < 8; turn++) next();
  const below = (limit: number): number => (limit <= 0 ? 0 : next() % limit);
  return { below, pick: (values) => values[below(values.length)] ?? values[0] };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What breaks readers: words of Python, halves of characters, bytes that are none, depth, keys twice, markers, line ends. */
const hostile: readonly [Uint8Array, ...Uint8Array[]] = [
  encode("NaN"),
  encode("-Infinity"),
  encode("1e999"),
  encode("-0"),
  encode('"a":1,"a":2,'),
  encode('"__proto__":{"x":1},'),
  encode(String.raw`\ud800`),
  encode(String.raw`\udc00\ud83d`),
  Uint8Array.of(0xff, 0xfe),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf0, 0x9f),
  Uint8Array.of(0),
  Uint8Array.of(0xef, 0xbb, 0xbf),
  encode("\r\n"),
  encode("\n\n"),
  encode("\u2028"),
  encode('"'),
  encode("\\"),
  encode("["),
  encode("}"),
  encode("[".repeat(3000)),
  encode('{"a":'.repeat(3000)),
  encode("</tool_call>"),
  encode("<|im_end|><tool_call>"),
  encode("x".repeat(100_000)),
  encode("\u202e😀漢"),
];

/** A damaged copy; `others` lends pieces of other files. */
export function mutate(
  bytes: Uint8Array,
  others: readonly [Uint8Array, ...Uint8Array[]],
  random: Random,
): Uint8Array {
  let mutated = bytes;
  for (let turn = random.below(3); turn >= 0; turn--) mutated = once(mutated, others, random);
  return mutated;
}

function once(
  bytes: Uint8Array,
  others: readonly [Uint8Array, ...Uint8Array[]],
  random: Random,
): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = random.below(random.pick([4, 40, 4000]));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(7)) {
    case 0:
      return before;
    case 1:
      return join(before, bytes.subarray(at + length));
    case 2:
      return join(before, bytes.subarray(at, at + length), after);
    case 3: {
      const flipped = Uint8Array.from(bytes);
      if (at < flipped.length) flipped[at] = random.below(256);
      return flipped;
    }
    case 4: {
      const other = random.pick(others);
      const from = random.below(other.length);
      return join(before, other.subarray(from, from + length), after);
    }
    default:
      return join(before, random.pick(hostile), after);
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
