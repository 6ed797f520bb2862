import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors.js";
import { fingerprint } from "../fingerprint.js";
import type { HistorySpec } from "../stages/stage.js";
import { identifier } from "../warehouse/engine.js";
import type { Publication } from "../warehouse/publication.js";
import { recordPath, type Store } from "../warehouse/store.js";
import { indexIdentity, indexName, renderIndex } from "./index-report.js";
import type { RunManifest } from "./manifest.js";
import type { Pipeline } from "./open.js";
import { recordPromotions } from "./promotions.js";
import type { Settlement, StageRecord } from "./settle.js";
import { systemTables } from "./system-tables.js";
import { recordsToldOf, type Workspace } from "./workspace.js";

interface Publishing {
  runId: string;
  publishedAt: string;
  workspace: Workspace;
  manifest: RunManifest;
}

/** The publication of a finished run: the one that stands already, when nothing differs from it. */
export async function composePublication(
  pipeline: Pipeline,
  store: Store,
  settlement: Settlement,
  published: Publication | undefined,
  publishing: Publishing,
): Promise<Publication> {
  const records = new Map(
    [...pipeline.stages.keys()].flatMap((name) => {
      const record = settlement.settled.get(name)?.record;
      return record ? [[name, record] as const] : [];
    }),
  );
  const stages = Object.fromEntries([...records].map(([name, { fingerprint }]) => [name, fingerprint]));
  const parameters = parametersOf(pipeline, settlement);
  const remembers = Object.fromEntries(
    [...pipeline.stages.values()].flatMap(({ name, stage }) =>
      stage.history ? [[name, fingerprint(stage.history)]] : [],
    ),
  );
  const index = indexIdentity(pipeline);
  const now = [stages, parameters, remembers, index];
  if (
    published &&
    isDeepStrictEqual([published.stages, published.parameters, published.remembers, published.index], now)
  )
    return published;

  const all = [...records.values()];
  const history = await rememberHistory(pipeline, store, settlement, published, publishing);
  const system = await keepSystemTables(pipeline, store, settlement, publishing);
  const indexPages = await renderIndex({ pipeline, store, settlement, ...publishing });
  const tables = { ...system, ...Object.fromEntries(all.flatMap((record) => ownTables(record))) };
  return {
    id: publishing.runId,
    pipeline: pipeline.spec.name,
    runId: publishing.runId,
    publishedAt: publishing.publishedAt,
    timeZone: pipeline.spec.time_zone,
    parameters,
    tables,
    history,
    inputs: Object.fromEntries(
      [...records].flatMap(([name, { inputs }]) => (inputs ? [[name, inputs.map(({ file }) => file)]] : [])),
    ),
    stages,
    remembers,
    index,
    models: Object.fromEntries(
      all.flatMap(({ model }) => (model?.version ? [[model.name, model.version]] : [])),
    ),
    promotions: recordPromotions(published, all, {
      publication: publishing.runId,
      publishedAt: publishing.publishedAt,
    }),
    reports: {
      ...Object.fromEntries(
        [...records].flatMap(([name, { reports }]) => (reports ? [[name, reports]] : [])),
      ),
      ...(pipeline.index ? { [indexName]: indexPages } : {}),
    },
    exports: all.flatMap((record) => record.exports ?? []),
    mails: [...records].flatMap(([report, { mails }]) => (mails ?? []).map((mail) => ({ report, ...mail }))),
    findings: mergedFindings(all),
    files: [
      ...new Set([
        ...all.flatMap(({ files, stage, fingerprint }) => [...files, recordPath(stage, fingerprint)]),
        ...Object.values(history).flatMap((parts) => parts.map(({ file }) => file)),
        ...Object.values(system).flatMap(({ files }) => files),
        ...Object.values(indexPages),
      ]),
    ].sort(),
  };
}

/** Warnings about input files of the last publication that are gone, and whose rows are gone with them. */
export function goneInputs(before: Publication | undefined, now: Publication): string[] {
  return Object.entries(before?.inputs ?? {}).flatMap(([table, files]) => {
    const gone = files.filter((file) => !now.inputs[table]?.includes(file));
    if (gone.length === 0 || before?.id === now.id) return [];
    return [
      `${table}: ${gone.join(", ")} of the last publication ${gone.length === 1 ? "is" : "are"} gone, and the rows with it`,
    ];
  });
}

function parametersOf(pipeline: Pipeline, settlement: Settlement): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const name of pipeline.parameters.keys()) {
    const value = settlement.valueOf(name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function ownTables({ tables }: StageRecord): [string, { files: string[]; rows: number }][] {
  return Object.entries(tables).filter(([name]) => !systemTables.has(name));
}

function mergedFindings(records: readonly StageRecord[]): Record<string, string[]> {
  const findings: Record<string, string[]> = {};
  for (const record of records) {
    for (const [locale, lines] of Object.entries(record.findings ?? {}))
      (findings[locale] ??= []).push(...lines);
  }
  return findings;
}

async function keepSystemTables(
  pipeline: Pipeline,
  store: Store,
  settlement: Settlement,
  { workspace }: Publishing,
): Promise<Publication["tables"]> {
  const session = await workspace.connect([]);
  try {
    const tables: Publication["tables"] = {};
    for (const [name, system] of systemTables) {
      const records = recordsToldOf(system, pipeline, settlement);
      const id = fingerprint(records.map((record) => record.fingerprint));
      const sql = system.relation(records, (file) => store.absolute(file));
      const { file, made } = await store.write(name, id, "parquet", (temporary) =>
        session.copy(sql, temporary, "parquet"),
      );
      tables[name] = { files: [file], rows: made };
    }
    return tables;
  } finally {
    session.close();
  }
}

async function rememberHistory(
  pipeline: Pipeline,
  store: Store,
  settlement: Settlement,
  published: Publication | undefined,
  { workspace }: Publishing,
): Promise<Publication["history"]> {
  const history = { ...published?.history };
  for (const { name, stage } of pipeline.stages.values()) {
    if (!stage.history) continue;
    const asOf = settlement.valueOf("as_of");
    if (asOf === undefined) {
      throw new UserError(
        `stage ${name} remembers its rows by date, but the pipeline declares no parameter as_of`,
        {
          place: pipeline.place("stages", name, "history"),
          hint: "Declare params: { as_of: { type: date, default: latest } }.",
        },
      );
    }
    const parts = history[name] ?? [];
    const date = String(asOf);
    if (stage.history.rerun === "keep" && parts.some((part) => part.asOf === date)) continue;
    const sql = remembered(name, stage.history, date);
    const session = await workspace.connect([name]);
    const { file, made } = await store
      .write(
        `history.${name}`,
        `${date}-${fingerprint([stage.history, settlement.settled.get(name)?.fingerprint])}`,
        "parquet",
        (temporary) => session.copy(sql, temporary, "parquet"),
      )
      .finally(() => session.close());
    const others = parts.filter((part) => part.asOf !== date);
    history[name] = [...others, { asOf: date, file, rows: made }].sort((a, b) =>
      a.asOf.localeCompare(b.asOf),
    );
  }
  return history;
}

function remembered(table: string, { columns }: HistorySpec, asOf: string): string {
  const selected = Object.entries(columns).map(
    ([name, type]) => `${identifier(name)}::${type} as ${identifier(name)}`,
  );
  return `select date '${asOf}' as as_of, ${selected.join(", ")} from ${identifier(table)}`;
}
