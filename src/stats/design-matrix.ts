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

/** A design matrix made of facts. */
export interface FactMatrix extends DesignMatrix {
  /** Of the columns: the fact that each belongs to; null for the intercept. */
  facts: (string | null)[];
}

/** Categories beyond this many, the rarest, share one column. */
const mostCategories = 25;

/**
 * Facts as regressors. Numbers are centred and divided by their standard deviation, unknown ones are 0 and marked by a
 * column of their own; a category has one column for each value but the most frequent. Constant columns are left out.
 *
 * @param facts each with `n` values
 */
export function designMatrix(n: number, facts: readonly Fact[]): FactMatrix {
  const columns: { fact: string | null; name: string; values: Float64Array }[] = [
    { fact: null, name: "intercept", values: new Float64Array(n).fill(1) },
  ];
  for (const fact of facts) {
    for (const column of fact.kind === "number" ? numberColumns(fact) : categoryColumns(fact)) {
      columns.push({ fact: fact.name, ...column });
    }
  }
  const d = columns.length;
  const values = new Float64Array(n * d);
  columns.forEach((column, k) => {
    for (let row = 0; row < n; row++) values[row * d + k] = column.values[row]!;
  });
  return { n, d, names: columns.map(({ name }) => name), facts: columns.map(({ fact }) => fact), values };
}

/** Some rows of a design, by their numbers. */
export function chosenRows({ d, names, values }: DesignMatrix, rows: ArrayLike<number>): DesignMatrix {
  const chosen = new Float64Array(rows.length * d);
  for (let index = 0; index < rows.length; index++) {
    const start = rows[index]! * d;
    chosen.set(values.subarray(start, start + d), index * d);
  }
  return { n: rows.length, d, names, values: chosen };
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
  const columnOf = new Map(levels.map((level, index) => [level, Math.min(index, mostCategories)]));
  const places = Uint8Array.from(values, (value) => columnOf.get(value) ?? 0);
  const indicator = (column: number) => {
    const marks = new Float64Array(places.length);
    for (let row = 0; row < marks.length; row++) if (places[row] === column) marks[row] = 1;
    return marks;
  };
  for (const [index, level] of own.entries()) {
    yield { name: `${name} = ${level ?? "unknown"}`, values: indicator(index + 1) };
  }
  if (levels.length > mostCategories) yield { name: `${name} is rare`, values: indicator(mostCategories) };
}
