/** Customers from number `first` to before `end`: what is made at once, with the files that hold it. */
export interface Part {
  index: number;
  first: number;
  end: number;
  /** What the names of its files end in: nothing when the world is of one part, else `-01`, `-02` and so on. */
  suffix: string;
}

/** A part holds so many customers times months, so that its tables take about as much memory in any world. */
const customerMonths = 1_200_000;

/** Longer worlds have smaller parts; shorter ones not larger, since customers have a past. */
const fewestMonths = 24;

/** The parts of a world, equal but for rounding. */
export function partsOf(customers: number, months: number): Part[] {
  const count = Math.ceil((customers * Math.max(months, fewestMonths)) / customerMonths);
  const firstOf = (index: number) => Math.floor((customers * index) / count);
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => ({
    index,
    first: firstOf(index),
    end: firstOf(index + 1),
    suffix: count === 1 ? "" : `-${String(index + 1).padStart(digits, "0")}`,
  }));
}

/** SQL for a number to count from for what belongs to no customer, such that no two parts share one. */
export function firstNumber({ first }: Part): string {
  return `${first * 256}::bigint`;
}
