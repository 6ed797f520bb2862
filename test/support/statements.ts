import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { records } from "../../src/result.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Parameters } from "../../src/warehouse/engine.js";
import type { Row } from "./run.js";

/** A statement of `pipelines/sql`, by its path there. */
export function statementText(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../pipelines/sql/${file}`, import.meta.url)), "utf8");
}

/** Planted tables, and the statements of `pipelines/sql` over them. */
export interface Planted {
  /** Makes the table that a statement is named after. */
  make: (file: string) => Promise<void>;
  rows: (sql: string) => Promise<Row[]>;
}

/** @param tables name, also in the schema `history` -> SELECT */
export async function plant(
  tables: Readonly<Record<string, string>>,
  parameters: Parameters,
): Promise<Planted> {
  const engine = await openDuckDb();
  const session = await engine.connect();
  onTestFinished(() => {
    session.close();
    engine.close();
  });
  await session.execute("create schema history");
  for (const [name, sql] of Object.entries(tables)) await session.execute(`create table ${name} as ${sql}`);
  return {
    make: async (file) => {
      const sql = statementText(file);
      const used = Object.entries(parameters).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql));
      const table = file.replace(/^.*\/|\.sql$/g, "");
      await session.execute(`create or replace table ${table} as\n${sql}`, Object.fromEntries(used));
    },
    rows: async (sql) => records(await session.query(sql)),
  };
}
