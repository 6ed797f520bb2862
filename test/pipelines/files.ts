import { readFileSync } from "node:fs";
import { textFunctions } from "../../src/text/functions.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { identifier, type Engine, type Parameters, type Session } from "../../src/warehouse/engine.js";
import { recordColumns, yamlRecords } from "../../src/warehouse/yaml-records.js";

/** An engine in which the project's own SQL files can be tried on a few planted rows. */
export class SqlFiles {
  private constructor(
    readonly engine: Engine,
    readonly session: Session,
  ) {}

  static async open(): Promise<SqlFiles> {
    const engine = await openDuckDb();
    const session = await engine.connect();
    session.define(textFunctions);
    return new SqlFiles(engine, session);
  }

  /** Makes the table of one policy file. */
  async policy(name: string): Promise<void> {
    const records = yamlRecords(readFileSync(`pipelines/policy/${name}.yaml`, "utf8"), name);
    await this.session.insert(name, recordColumns(records));
  }

  /** Makes a table by the SQL file of that name. */
  async make(folder: string, name: string, parameters: Parameters = {}): Promise<void> {
    const sql = readFileSync(`pipelines/sql/${folder}/${name}.sql`, "utf8");
    await this.session.execute(`create or replace table ${identifier(name)} as (\n${sql}\n)`, parameters);
  }

  close(): void {
    this.session.close();
    this.engine.close();
  }
}
