import type { Table } from "apache-arrow";
import type { DataFrame } from "danfojs-node";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { UserError } from "./errors.js";
import { copyDurably } from "./warehouse/durable.js";
import type { Column, Matrix, Session } from "./warehouse/engine.js";
import { currentPublication, openPublication } from "./warehouse/publication.js";
import { Store } from "./warehouse/store.js";

export { useBackend } from "./ml/backend.js";
export { explainTabular } from "./ml/explanation.js";
export { selectRows, type Frame } from "./ml/frame.js";
export { averagePrecision, brier, logLoss, metricIntervals, rank, rocAuc } from "./ml/metrics.js";
export { recogniseFrame } from "./ml/recognition.js";
export { networkSpec } from "./ml/spec.js";
export { predictTabular, trainTabular } from "./ml/tabular.js";
export type { Column, Matrix } from "./warehouse/engine.js";

/** The published tables, for programs and for exploring. One publication is read until `close`. */
export interface Warehouse {
  /** Names of the published tables. */
  tables: string[];
  arrow(sql: string): Promise<Table>;
  /** `n x d` single-precision numbers, row after row; all columns must be numbers or truth values. */
  matrix(sql: string): Promise<Matrix>;
  columns(sql: string): Promise<Column[]>;
  /** A danfo.js frame, NaN where a number is missing: for small results. */
  dataFrame(sql: string): Promise<DataFrame>;
  /** Writes a result as an Arrow IPC file (Feather 2) or as Parquet, by the name's ending; the number of rows. */
  write(sql: string, file: string): Promise<number>;
  close(): void;
}

/**
 * Opens what the last run in a store has published.
 *
 * @throws UserError when nothing is published there
 */
export async function openWarehouse(folder = "data/store"): Promise<Warehouse> {
  const store = new Store(resolve(folder));
  const publication = await currentPublication(store);
  if (!publication) {
    throw new UserError(`${folder}: nothing is published there`, {
      hint: "Run a pipeline first: ancora run.",
    });
  }
  const scratch = await mkdtemp(join(tmpdir(), "ancora-"));
  const engine = await openPublication(store, publication, { otherFolder: scratch });
  const session = await engine.connect();
  return {
    tables: Object.keys(publication.tables),
    arrow: (sql) => session.arrow(sql),
    matrix: (sql) => session.matrix(sql),
    columns: (sql) => session.columns(sql),
    dataFrame: async (sql) => frameOf(await session.columns(sql)),
    write: (sql, file) => writeResult(session, sql, resolve(file), scratch),
    close() {
      session.close();
      engine.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Statements may write to the folder `scratch` alone: the file is put together there, and then copied whole. */
async function writeResult(session: Session, sql: string, file: string, scratch: string): Promise<number> {
  const unfinished = join(scratch, "result");
  const kind = extname(file);
  let rows: number;
  if (kind === ".parquet") rows = await session.copy(sql, unfinished, "parquet");
  else if (kind === ".arrow") {
    const { tableToIPC } = await import("apache-arrow");
    const table = await session.arrow(sql);
    await writeFile(unfinished, tableToIPC(table, "file"));
    rows = table.numRows;
  } else {
    throw new UserError(`${file}: expected a name that ends in .arrow or .parquet`, {
      hint: "The ending says in which format to write.",
    });
  }
  await copyDurably(unfinished, file);
  return rows;
}

async function frameOf(columns: readonly Column[]): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs-node");
  return new DataFrame(
    Object.fromEntries(columns.map(({ name, values }) => [name, Array.from<unknown>(values)])),
  );
}
