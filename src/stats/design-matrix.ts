/** A fact about each row: numbers (NaN where unknown) or categories (null where unknown). */
export type Fact =
  | { name: string; kind: "number"; values: Float64Array }
  | { name: string; kind: "category"; values: readonly (string | null)[] };

/** `n x d` numbers, row after row; the first column is the constant 1. */
export interface DesignMatrix {
  n: number;
  d: number;
  /** Of the columns: `intercept`, `age`, `age is unknown`, `segment = family`. */
  names: string[];
  values: Float64Array;
}

/** Categories beyond this many, the rarest, share one column. */
const mostCategories = 25;

/**
 * Facts as regressors. Numbers are centred and divided by their standard deviation, unknown ones are 0 and marked by a
 * column of their own; a category has one column for each value but the most frequent. Constant columns are left out.
 *
 * @param facts each with `n` values
 */
export function designMatrix(n: number, facts: readonly Fact[]): DesignMatrix {
  const columns: { name: string; values: Float64Array }[] = [
    { name: "intercept", values: new Float64Array(n).fill(1) },
  ];
  for (const fact of facts)
    columns.push(...(fact.kind === "number" ? numberColumns(fact) : categoryColumns(fact)));
  const d = columns.length;
  const values = new Float64Array(n * d);
  columns.forEach((column, k) => {
    for (let row = 0; row < n; row++) values[row * d + k] = column.values[row]!;
  });
  return { n, d, names: columns.map(({ name }) => name), values };
}

function* numberColumns({ name, values }: Extract<Fact, { kind: "number" }>) {
  let known = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    known++;
    const difference = value - mean;
    mean += difference / known;
    squares += difference * (value - mean);
  }
  const deviation = Math.sqrt(squares / known);
  if (known > 0 && deviation > 1e-9 * Math.max(1, Math.abs(mean))) {
    yield { name, values: values.map((value) => (Number.isFinite(value) ? (value - mean) / deviation : 0)) };
  }
  if (known > 0 && known < values.length) {
    yield { name: `${name} is unknown`, values: values.map((value) => (Number.isFinite(value) ? 0 : 1)) };
  }
}

function* categoryColumns({ name, values }: Extract<Fact, { kind: "category" }>) {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const levels = [...counts]
    .sort(([a, m], [b, n]) => n - m || (String(a) < String(b) ? -1 : 1))
    .map(([level]) => level);
  const own = levels.slice(1, mostCategories);
  for (const level of own) {
    yield {
      name: `${name} = ${level ?? "unknown"}`,
      values: Float64Array.from(values, (value) => Number(value === level)),
    };
  }
  if (levels.length > mostCategories) {
    const rare = new Set(levels.slice(mostCategories));
    yield { name: `${name} is rare`, values: Float64Array.from(values, (value) => Number(rare.has(value))) };
  }
}
