import type { Table } from "apache-arrow";
import type { DataFrame } from "danfojs-node";
import { resolve } from "node:path";
import { UserError } from "./errors.js";
import type { Column, Matrix } from "./warehouse/engine.js";
import { currentPublication, openPublication } from "./warehouse/publication.js";
import { Store } from "./warehouse/store.js";

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
  const engine = await openPublication(store, publication);
  const session = await engine.connect();
  return {
    tables: Object.keys(publication.tables),
    arrow: (sql) => session.arrow(sql),
    matrix: (sql) => session.matrix(sql),
    columns: (sql) => session.columns(sql),
    dataFrame: async (sql) => frameOf(await session.columns(sql)),
    close() {
      session.close();
      engine.close();
    },
  };
}

async function frameOf(columns: readonly Column[]): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs-node");
  return new DataFrame(
    Object.fromEntries(columns.map(({ name, values }) => [name, Array.from<unknown>(values)])),
  );
}
