/**
 * A seeded source of random numbers: xoshiro128** (Blackman & Vigna, arXiv 1805.01407), its state filled by SplitMix32.
 *
 * The same seed gives the same numbers on every machine. Use `fork` to give each part of a program its own stream, so
 * that drawing more in one part changes nothing in another.
 */
export class Random {
  readonly #seed: string;
  readonly #state: Uint32Array;
  #spareNormal: number | undefined;

  /** Starts the stream that belongs to `seed`; numbers and text are both welcome. */
  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = splitMix32(fnv1a(this.#seed), 4);
  }

  /** Resumes from four 32-bit words of state, not all zero, e.g. those of a published test vector. */
  static fromState(words: readonly [number, number, number, number]): Random {
    const random = new Random(0);
    random.#state.set(words);
    return random;
  }

  /** An independent stream named within this one; it does not depend on what was drawn from this one so far. */
  fork(name: number | string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** An integer in 0 to 2^32 - 1. */
  uint32(): number {
    const state = this.#state;
    const s1 = state[1] as number;
    const scrambled = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= s1;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= s1 << 9;
    state[3] = rotateLeft(state[3]!, 11);
    return scrambled;
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer in 0 to `n` - 1, for `n` up to 2^32. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A draw from N(0, 1), by the polar method of Marsaglia. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = y * factor;
        return x * factor;
      }
    }
  }

  /** Puts `values` into a random order, in place, each order equally likely (Fisher & Yates). */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const value = values[last];
      values[last] = values[other];
      values[other] = value;
    }
    return values;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** FNV-1a of the text's UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function splitMix32(seed: number, count: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  });
}
