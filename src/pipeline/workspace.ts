import type { Replay } from "../stages/stage.js";
import { openDuckDb, type DuckDbOptions } from "../warehouse/duckdb.js";
import { identifier, parquetScan, type Engine, type Session } from "../warehouse/engine.js";
import type { Store } from "../warehouse/store.js";
import { lineageOf } from "./lineage.js";
import type { Pipeline } from "./open.js";
import { replay } from "./replay.js";
import type { Settlement, StageRecord } from "./settle.js";
import { emptyRelation, systemTables, type SystemTable } from "./system-tables.js";

/**
 * The engines of one run, opened when first needed: one that reads input files anywhere, and one for statements that people
 * wrote, which sees the store alone.
 */
export class Workspace {
  readonly #pipeline: Pipeline;
  readonly #store: Store;
  readonly #settlement: Settlement;
  readonly #memoryLimit: string;
  #intake: Promise<Engine> | undefined;
  #statements: Promise<Engine> | undefined;
  readonly #views = new Map<string, Promise<void>>();

  constructor(pipeline: Pipeline, store: Store, settlement: Settlement, memoryLimit: string) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#settlement = settlement;
    this.#memoryLimit = memoryLimit;
  }

  /** A connection that may read files anywhere. */
  async connectIntake(): Promise<Session> {
    return (await (this.#intake ??= this.#open({}))).connect();
  }

  /** A connection that sees the given tables, and no file outside the store. */
  async connect(tables: Iterable<string>): Promise<Session> {
    const engine = await (this.#statements ??= this.#open({ allowedDirectories: [this.#store.folder] }));
    const session = await engine.connect();
    await Promise.all([...tables].map((table) => this.#view(session, table)));
    return session;
  }

  /** A table as a run on an earlier night would have made it, in an engine of its own, beside tonight's. */
  async replay(table: string, asOf: string): Promise<Replay> {
    const engine = await this.#open({ allowedDirectories: [this.#store.folder] });
    try {
      const session = await replay(engine, {
        lineage: lineageOf(table, this.#pipeline.stages, this.#pipeline.graph),
        asOf,
        valueOf: (parameter) => this.#settlement.valueOf(parameter),
        contractOf: (source) => this.#pipeline.stages.get(source)?.stage.contract,
        relation: (source) => this.#relation(source),
      });
      await session.execute("create schema tonight");
      await session.execute(`create view tonight.${identifier(table)} as ${this.#relation(table)}`);
      return {
        session,
        close: () => {
          session.close();
          engine.close();
        },
      };
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const engine of [await this.#intake, await this.#statements]) engine?.close();
  }

  #open(options: DuckDbOptions): Promise<Engine> {
    return openDuckDb({
      memoryLimit: this.#memoryLimit,
      temporaryDirectory: this.#store.scratch,
      timeZone: this.#pipeline.spec.time_zone,
      ...options,
    });
  }

  #view(session: Session, table: string): Promise<void> {
    const known = this.#views.get(table);
    if (known) return known;
    const made = this.#makeView(session, table);
    this.#views.set(table, made);
    return made;
  }

  async #makeView(session: Session, table: string): Promise<void> {
    if (table.startsWith("history.")) await session.execute("create schema if not exists history");
    const name = table.split(".").map(identifier).join(".");
    await session.execute(`create or replace view ${name} as ${this.#relation(table)}`);
  }

  #relation(table: string): string {
    const absolute = (file: string) => this.#store.absolute(file);
    const system = systemTables.get(table);
    if (system) return system.relation(recordsToldOf(system, this.#pipeline, this.#settlement), absolute);
    const remembered = /^history\.(.*)$/.exec(table)?.[1];
    if (remembered !== undefined) {
      const parts = this.#settlement.historyParts(remembered).map(({ file }) => absolute(file));
      if (parts.length > 0) return `select * from ${parquetScan(parts)}`;
      const columns = this.#pipeline.stages.get(remembered)?.stage.history?.columns ?? {};
      return emptyRelation(
        ["as_of date", ...Object.entries(columns).map(([name, type]) => `${name} ${type}`)].join(", "),
      );
    }
    const maker = this.#pipeline.graph.makers.get(table) ?? "";
    const files = this.#settlement.settled.get(maker)?.record?.tables[table]?.files ?? [];
    if (files.length === 0) throw new Error(`stage ${maker} left no files for the table ${table}`);
    return `select * from ${parquetScan(files.map(absolute))}`;
  }
}

/** The results of all stages that a table of the run itself tells of. */
export function recordsToldOf(
  { tellsOf }: SystemTable,
  pipeline: Pipeline,
  settlement: Settlement,
): StageRecord[] {
  return [...pipeline.stages.values()].flatMap(({ name, stage }) => {
    const record = tellsOf(stage) ? settlement.settled.get(name)?.record : undefined;
    return record ? [record] : [];
  });
}
