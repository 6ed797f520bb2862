/** A column of numbers, NaN where the value is missing. */
export interface NumberColumn {
  name: string;
  kind: "number";
  values: Float64Array;
}

/** A column of categories, null where the value is missing. A truth value is a category: "true" or "false". */
export interface CategoryColumn {
  name: string;
  kind: "category";
  values: readonly (string | null)[];
}

export type FrameColumn = NumberColumn | CategoryColumn;

/** What tabular models read: `n` rows in named columns, each `n` long. */
export interface Frame {
  n: number;
  columns: FrameColumn[];
}

/** One cell as files and engines give it. */
export type RawCell = string | number | bigint | boolean | null | undefined;

/** How much of a column's text must read as numbers for it to be a column of numbers. */
const numberShare = 0.95;

/**
 * Recognises columns: numbers where more than 95% of the cells that are not empty read as one (the others become missing),
 * categories elsewhere. Empty and blank cells are missing.
 *
 * @throws RangeError if the columns differ in length.
 */
export function frameFromColumns(columns: Record<string, readonly RawCell[]>): Frame {
  const entries = Object.entries(columns);
  const n = entries[0]?.[1].length ?? 0;
  for (const [name, cells] of entries) {
    if (cells.length !== n)
      throw new RangeError(`expected ${n} cells in column ${name}, found ${cells.length}`);
  }
  return { n, columns: entries.map(([name, cells]) => recogniseColumn(name, cells)) };
}

/** The rows of `frame` at the given indices, in their order. */
export function selectRows(frame: Frame, rows: ArrayLike<number>): Frame {
  const pick = Array.from(rows);
  return {
    n: pick.length,
    columns: frame.columns.map((column) =>
      column.kind === "number"
        ? { ...column, values: Float64Array.from(pick, (row) => column.values[row] ?? NaN) }
        : { ...column, values: pick.map((row) => column.values[row] ?? null) },
    ),
  };
}

/** The frame without the named columns. */
export function dropColumns(frame: Frame, names: Iterable<string>): Frame {
  const dropped = new Set(names);
  return { n: frame.n, columns: frame.columns.filter(({ name }) => !dropped.has(name)) };
}

function recogniseColumn(name: string, cells: readonly RawCell[]): FrameColumn {
  const values = Float64Array.from(cells, parseNumber);
  let [filled, parsed] = [0, 0];
  cells.forEach((cell, row) => {
    if (isEmpty(cell)) return;
    filled++;
    if (!Number.isNaN(values[row])) parsed++;
  });
  if (parsed > numberShare * filled || filled === 0) return { name, kind: "number", values };
  return {
    name,
    kind: "category",
    values: cells.map((cell) => (isEmpty(cell) ? null : String(cell).trim())),
  };
}

function isEmpty(cell: RawCell): boolean {
  return (
    cell === null ||
    cell === undefined ||
    (typeof cell === "string" && cell.trim() === "") ||
    (typeof cell === "number" && Number.isNaN(cell))
  );
}

/** A cell's number; NaN of empty cells, truth values and other text. */
function parseNumber(cell: RawCell): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell === "string" && /^\s*[+-]?(\d|\.\d|inf(inity)?\s*$)/i.test(cell)) {
    return Number(cell.replace(/inf(inity)?/i, "Infinity"));
  }
  return NaN;
}
