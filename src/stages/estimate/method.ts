import type { ColumnTypes, Row } from "../keep-tables.js";
import type { RunContext } from "../stage.js";

/** A table whose columns an analysis names, and where in its file. */
export interface NamedColumns {
  table: string;
  /** Path in the analysis file, and the column's name there. */
  columns: readonly { path: readonly PropertyKey[]; name: string }[];
}

/** What an estimator has found out. */
export interface Estimates {
  /** Suffix -> rows of `<stage>_<suffix>`; `""` is the stage's own table. */
  rows: Readonly<Record<string, readonly Row[]>>;
  /** What it found, in a few words. */
  summary: string;
  /** What people should know though it is no failure. */
  notices?: readonly string[];
}

/** An analysis whose file has been read: what it needs, and how to answer it. */
export interface Analysis {
  reads: readonly NamedColumns[];
  /** Suffix -> types of the columns of `<stage>_<suffix>`, the stage's own table, `""`, first. */
  columns: Readonly<Record<string, ColumnTypes>>;
  /** Parameters of the pipeline that it uses. */
  parameters?: readonly string[];
  run: (run: RunContext) => Promise<Estimates>;
}
