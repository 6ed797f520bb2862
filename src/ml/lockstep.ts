/** Shared memory of one lockstep, as handed to each thread that takes part. */
export interface LockstepMemory {
  parties: number;
  members: number;
  size: number;
  /** How many parties have arrived, and how often all have. */
  barrier: Int32Array;
  /** Two turns of `members x size` numbers: one is read while the next is written. */
  values: Float32Array;
}

/**
 * Lets threads compute side by side, step by step, and see each other's results after each step: the same results in the
 * same order for any number of threads.
 */
export class Lockstep {
  readonly #memory: LockstepMemory;
  #turn = 0;

  /** Memory in which `members` pass on `size` numbers each, computed by `parties` threads. */
  static memory(parties: number, members: number, size: number): LockstepMemory {
    return {
      parties,
      members,
      size,
      barrier: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
      values: new Float32Array(new SharedArrayBuffer(2 * members * size * Float32Array.BYTES_PER_ELEMENT)),
    };
  }

  constructor(memory: LockstepMemory) {
    this.#memory = memory;
  }

  /**
   * Passes on the numbers of this thread's members and waits for those of all others.
   *
   * @param own for each member of this thread, up to `size` numbers.
   * @returns each member's `size` numbers, valid until the exchange after the next.
   */
  exchange(own: ReadonlyMap<number, Float32Array>): Float32Array[] {
    const { members, size, values } = this.#memory;
    const start = (this.#turn++ % 2) * members * size;
    const slots = Array.from({ length: members }, (_, member) =>
      values.subarray(start + member * size, start + (member + 1) * size),
    );
    for (const [member, numbers] of own) slots[member]?.set(numbers);
    this.#arrive();
    return slots;
  }

  #arrive(): void {
    const { barrier, parties } = this.#memory;
    const round = Atomics.load(barrier, 1);
    if (Atomics.add(barrier, 0, 1) + 1 === parties) {
      Atomics.store(barrier, 0, 0);
      Atomics.add(barrier, 1, 1);
      Atomics.notify(barrier, 1);
    } else {
      while (Atomics.load(barrier, 1) === round) Atomics.wait(barrier, 1, round);
    }
  }
}
