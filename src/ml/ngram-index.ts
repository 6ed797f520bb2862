/**
 * A map from 32-bit hashes to the numbers 0, 1, 2, ... in order of first sight: open addressing with linear probing, at
 * most half full.
 */
export class NgramIndex {
  #mask: number;
  /** Pairs of hash and number + 1; 0 in the second place marks an empty slot. */
  #slots: Int32Array;
  #size = 0;

  constructor(expectedSize = 512) {
    const slotCount = 2 ** Math.ceil(Math.log2(2 * Math.max(expectedSize, 8)));
    this.#mask = slotCount - 1;
    this.#slots = new Int32Array(2 * slotCount);
  }

  /** Numbers distinct hashes by their order. */
  static of(hashes: Int32Array): NgramIndex {
    const index = new NgramIndex(hashes.length);
    for (const hash of hashes) index.add(hash);
    return index;
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a hash, or -1. */
  find(hash: number): number {
    const slots = this.#slots;
    let slot = mix(hash) & this.#mask;
    for (;;) {
      const number = slots[2 * slot + 1]!;
      if (number === 0) return -1;
      if (slots[2 * slot] === hash) return number - 1;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The number of a hash, which is added if it is new. */
  add(hash: number): number {
    const found = this.find(hash);
    if (found >= 0) return found;
    if (2 * (this.#size + 1) > this.#mask + 1) this.#grow();
    this.#size++;
    this.#put(hash, this.#size);
    return this.#size - 1;
  }

  #put(hash: number, number: number): void {
    let slot = mix(hash) & this.#mask;
    while (this.#slots[2 * slot + 1] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = number;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(2 * old.length);
    for (let slot = 0; slot < old.length; slot += 2) {
      const number = old[slot + 1]!;
      if (number !== 0) this.#put(old[slot]!, number);
    }
  }
}

function mix(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 16);
}
