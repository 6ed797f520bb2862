import { UserError } from "../errors.js";
import { stratifiedFolds } from "../ml/folds.js";
import type { Frame } from "../ml/frame.js";
import {
  recogniseColumn,
  withoutDates,
  type ColumnNotice,
  type RecognisedColumn,
} from "../ml/recognition.js";
import { suggest } from "../suggest.js";
import { openTableFile, type TableFile } from "./table-file.js";

/** Where the rows of a cross-validation come from. */
export interface LabelledTableRequest {
  /** A CSV or Parquet file. */
  data: string;
  /** `column=positive value`. */
  label: string;
  /** Columns that are no features. */
  drop: string[];
  foldColumn?: string | undefined;
  folds: number;
  delimiter?: string | undefined;
}

/** The folds of a table's rows. */
export interface TableFolds {
  /** Which fold each row is in, from 0. */
  foldOf: Int32Array;
  /** Each fold's name in the table, or its number. */
  foldNames: string[];
}

/** The label and the folds of a table's rows. */
export interface LabelledTable extends TableFolds {
  table: TableFile;
  /** 1 positive, 0 negative. */
  labels: Uint8Array;
  notices: string[];
}

/** So many rows with a whole number each of its own look like rows with a key. */
const keyRows = 1000;
const mostFolds = 100;

/**
 * Opens a table and reads its label and folds; the caller closes the table.
 *
 * @throws UserError if a column is absent, a label or a fold is missing, or the positive value does not occur.
 */
export async function openLabelledTable(
  request: LabelledTableRequest,
  seed: number | string,
): Promise<LabelledTable> {
  const table = await openTableFile(request.data, request.delimiter);
  try {
    const { labels, notices } = await readLabels(table, request.label);
    return { table, labels, notices, ...(await readFolds(table, labels, request, seed)) };
  } catch (error) {
    table.close();
    throw error;
  }
}

/**
 * Recognises the features: all columns but the label, the folds and those to drop.
 *
 * @throws UserError for an infinite number, or a column to drop that does not exist.
 */
export async function readFeatures(
  { table, labels }: LabelledTable,
  { label, drop, foldColumn }: LabelledTableRequest,
): Promise<{ frame: Frame; notices: string[] }> {
  for (const name of drop) requireColumn(table, name);
  const left = new Set([labelColumn(label).name, foldColumn, ...drop]);
  const columns: RecognisedColumn[] = [];
  const notices: ColumnNotice[] = [];
  for (const name of table.columns.filter((column) => !left.has(column))) {
    const { column, notice } = recogniseColumn(name, await table.read(name));
    refuseInfinities(table.file, column);
    if (isKey(column)) {
      notices.push({
        column: name,
        reason: "left out: a whole number of its own in every row, as a key has",
      });
      continue;
    }
    if (notice !== undefined) notices.push({ column: name, reason: notice });
    columns.push(column);
  }
  const relative = withoutDates(columns);
  return {
    frame: { n: labels.length, columns: relative.columns },
    notices: [...notices, ...relative.notices].map(({ column, reason }) => `${column}: ${reason}`),
  };
}

export function labelColumn(label: string): { name: string; positive: string } {
  const at = label.lastIndexOf("=");
  if (at > 0) return { name: label.slice(0, at), positive: label.slice(at + 1).trim() };
  throw new UserError(`--label ${label}: expected COLUMN=POSITIVE`, {
    hint: `For example --label ${label}=yes`,
  });
}

/**
 * Reads which rows are positive.
 *
 * @param label `column=positive value`
 * @throws UserError if the column is absent, a cell is empty, or the positive value does not occur
 */
export async function readLabels(
  table: TableFile,
  label: string,
): Promise<{ labels: Uint8Array; notices: string[] }> {
  const { name, positive } = labelColumn(label);
  const cells = (await table.read(name)).map((cell) => cell?.trim() ?? "");
  if (cells.length === 0) throw new UserError(`${table.file}: expected rows, found none below the header`);
  refuseMissing(table.file, cells, `label in ${name}`, "Leave out the rows without a label.");
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const values = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const isPositive = (cell: string) => cell === positive || sameNumber(cell, positive);
  if (!values.some(isPositive)) {
    throw new UserError(
      `${table.file}: no row has ${name} = ${positive}; found ${values.slice(0, 5).join(", ")}`,
      {
        hint: suggest(positive, values.slice(0, 20)),
      },
    );
  }
  const others = values.filter((value) => !isPositive(value));
  return {
    labels: Uint8Array.from(cells, (cell) => Number(isPositive(cell))),
    notices:
      others.length < 2
        ? []
        : [`${name}: ${others.length} values count as negative, such as ${others.slice(0, 3).join(", ")}`],
  };
}

function sameNumber(a: string, b: string): boolean {
  return a !== "" && b !== "" && Number(a) === Number(b);
}

/**
 * Reads the folds from their column, or deals the rows out.
 *
 * @param strata a value for each row; rows of equal value are spread evenly over the folds
 * @throws UserError if the column is absent or has an empty cell, or there are fewer than two folds or rows than folds
 */
export async function readFolds(
  table: TableFile,
  strata: ArrayLike<number | string>,
  { foldColumn, folds }: Pick<LabelledTableRequest, "foldColumn" | "folds">,
  seed: number | string,
): Promise<TableFolds> {
  if (foldColumn === undefined) {
    if (folds < 2 || folds > mostFolds) {
      throw new UserError(`--folds ${folds}: expected 2 to ${mostFolds}`, { hint: "Five is usual." });
    }
    if (strata.length < folds) {
      throw new UserError(
        `${table.file}: expected a row for each of ${folds} folds at least, found ${strata.length}`,
        { hint: "Give more rows, or fewer --folds." },
      );
    }
    const foldNames = Array.from({ length: folds }, (_, fold) => String(fold));
    return { foldOf: stratifiedFolds(strata, { folds, seed }), foldNames };
  }
  const cells = (await table.read(foldColumn)).map((cell) => cell?.trim() ?? "");
  refuseMissing(table.file, cells, `fold in ${foldColumn}`, "Fill it in, or let --folds deal the rows out.");
  const foldNames = [...new Set(cells)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (foldNames.length < 2 || foldNames.length > mostFolds) {
    throw new UserError(
      `${table.file}: expected 2 to ${mostFolds} folds in ${foldColumn}, found ${foldNames.length}`,
      { hint: "Name the column that says which fold a row is in, or let --folds deal the rows out." },
    );
  }
  const numberOf = new Map(foldNames.map((fold, index) => [fold, index]));
  return { foldOf: Int32Array.from(cells, (cell) => numberOf.get(cell)!), foldNames };
}

function refuseMissing(file: string, cells: readonly string[], what: string, hint: string): void {
  const missing = cells.reduce((count, cell) => count + Number(cell === ""), 0);
  if (missing === 0) return;
  const first = cells.indexOf("") + 1;
  throw new UserError(
    `${file}: expected a ${what} in every row, found none in ${missing} of ${cells.length}, the first in record ${first}`,
    { hint },
  );
}

function refuseInfinities(file: string, column: RecognisedColumn): void {
  if (column.kind !== "number") return;
  const isInfinite = (value: number) => Math.abs(value) === Infinity;
  const first = column.values.findIndex(isInfinite);
  if (first < 0) return;
  const count = column.values.filter(isInfinite).length;
  throw new UserError(
    `${file}: expected finite numbers in column ${column.name}, found ${column.values[first]} in record ${first + 1}${count > 1 ? ` and ${count - 1} more` : ""}`,
    { hint: `Leave such cells empty, or leave the column out with --drop ${column.name}.` },
  );
}

function isKey(column: RecognisedColumn): boolean {
  if (column.kind !== "number" || column.values.length < keyRows) return false;
  return column.values.every(Number.isInteger) && new Set(column.values).size === column.values.length;
}

function requireColumn({ file, columns }: TableFile, name: string): void {
  if (!columns.includes(name))
    throw new UserError(`${file} has no column ${name}`, { hint: suggest(name, columns) });
}
