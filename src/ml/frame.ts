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
