import { writeFile } from "node:fs/promises";
import { UserError, UserErrors } from "../errors.js";
import { fingerprint } from "../fingerprint.js";
import type { Row } from "../stages/keep-tables.js";
import { renderReport } from "../stages/report-door.js";
import {
  openEdition,
  queryEdition,
  renderOptions,
  validateEdition,
  type Edition,
} from "../stages/report-edition.js";
import type { ProjectFile } from "../stages/stage.js";
import { suggest } from "../suggest.js";
import { identifier, parquetScan, type Session } from "../warehouse/engine.js";
import { storedPublications, type Publication } from "../warehouse/publication.js";
import type { Store } from "../warehouse/store.js";
import { readManifests, type RunManifest } from "./manifest.js";
import { makeNightTables, nightTables } from "./night.js";
import type { OpenStage, Pipeline } from "./open.js";
import type { Settlement, StageRecord } from "./settle.js";
import { systemTables } from "./system-tables.js";
import type { Workspace } from "./workspace.js";

/** The name under which the index is published. */
export const indexName = "index";

/** Runs that the index tells of. */
const maxRuns = 14;

/**
 * Reads the notebook of the index, which may read what the stages make, `last_time.<table>`, and `night.<table>`.
 *
 * @throws UserErrors when it is wrong or reads a table that nobody makes
 */
export async function openIndex(
  file: ProjectFile,
  context: Parameters<typeof openEdition>[1],
  stages: ReadonlyMap<string, OpenStage>,
): Promise<Edition> {
  const edition = await openEdition(file, context);
  const made = [...[...stages.values()].flatMap(({ stage }) => stage.makes), ...systemTables.keys()];
  const known = [
    ...made,
    ...made.map((table) => `last_time.${table}`),
    ...Object.keys(nightTables).map((table) => `night.${table}`),
  ];
  const errors = [...edition.tables].flatMap(([table, place]) =>
    known.includes(table)
      ? []
      : [new UserError(`unknown table ${table}`, { place, hint: suggest(table, known) })],
  );
  if (errors.length > 0) throw new UserErrors(errors);
  return edition;
}

/** What the index depends on beside what is published: another text makes another publication. */
export function indexIdentity({ index }: Pipeline): string {
  if (!index) return "";
  const { texts, strings, currency, timeZone, runtime } = index;
  return fingerprint({ texts, locales: [...strings.keys()], currency, timeZone, scripts: runtime?.hashes });
}

interface IndexContext {
  pipeline: Pipeline;
  store: Store;
  settlement: Settlement;
  workspace: Workspace;
  manifest: RunManifest;
}

/**
 * Renders the index of a run that is about to be published.
 *
 * @returns locale -> stored HTML file
 * @throws UserErrors when a cell's SQL fails; nothing is published then
 */
export async function renderIndex(context: IndexContext): Promise<Record<string, string>> {
  const { pipeline, store, settlement, workspace, manifest } = context;
  const edition = pipeline.index;
  if (!edition) return {};
  const asOf = String(settlement.valueOf("as_of") ?? "");
  const lastTime = (await storedPublications(store)).find(
    (other) => other.pipeline === pipeline.spec.name && String(other.parameters.as_of ?? "") < asOf,
  );
  const records = [...pipeline.stages.keys()].flatMap((name) => settlement.settled.get(name)?.record ?? []);
  const session = await workspace.connect(
    [...edition.tables.keys()].filter((table) => !/^(night|last_time)\./.test(table)),
  );
  try {
    await makeNightTables(session, {
      reports: reportRows(records),
      findings: findingRows(records),
      findings_last_time: lastTime ? findingRows(await recordsOf(lastTime, settlement)) : [],
      last_time: lastTime
        ? [
            {
              publication: lastTime.id,
              as_of: String(lastTime.parameters.as_of ?? ""),
              published_at: lastTime.publishedAt,
            },
          ]
        : [],
      runs: await runRows(store, manifest),
    });
    await makeLastTimeViews(session, edition, { store, lastTime, workspace });
    const parameters = Object.fromEntries(
      [...pipeline.parameters.keys()].map((name) => [name, settlement.valueOf(name) ?? null]),
    );
    const errors = await validateEdition(edition, session, parameters);
    if (errors.length > 0) throw new UserErrors(errors);
    const results = await queryEdition(edition, session, parameters);
    const files: Record<string, string> = {};
    for (const locale of edition.strings.keys()) {
      const { content } = await renderReport("html", edition, results, {
        ...renderOptions(edition, locale, {
          run: { id: manifest.id, as_of: asOf, engine: manifest.engine },
          params: parameters,
        }),
        reports: new Map(
          records.flatMap(({ stage, titles }) => (titles ? [[stage, titles[locale] ?? stage]] : [])),
        ),
        warehouse: "",
      });
      const id = `${manifest.id}.${locale}`;
      const { file } = await store.write(indexName, id, "html", (temporary) => writeFile(temporary, content));
      files[locale] = file;
    }
    return files;
  } finally {
    session.close();
  }
}

/** The tables that the index reads beside those of the stages, without rows. */
export async function makeIndexShapes(
  session: Session,
  { tables }: Edition,
  unknown: Set<string>,
): Promise<void> {
  const none = { reports: [], findings: [], findings_last_time: [], last_time: [], runs: [] };
  await makeNightTables(session, none);
  await session.execute("create schema if not exists last_time");
  for (const table of tables.keys()) {
    const name = /^last_time\.(.*)$/.exec(table)?.[1];
    if (name === undefined) continue;
    if (unknown.has(name)) unknown.add(table);
    else {
      await session.execute(
        `create view last_time.${identifier(name)} as select * from main.${identifier(name)}`,
      );
    }
  }
}

function reportRows(records: readonly StageRecord[]): Row[] {
  return records
    .filter(({ reports }) => reports)
    .map(({ stage, titles }, position) => ({
      report: stage,
      position,
      title_en: titles?.en ?? stage,
      title_it: titles?.it ?? stage,
    }));
}

/** A row a finding: the languages' lists have the same order. */
function findingRows(records: readonly StageRecord[]): Row[] {
  return records.flatMap(({ stage, findings }) => {
    const { en = [], it = [] } = findings ?? {};
    return Array.from({ length: Math.max(en.length, it.length) }, (_, position) => ({
      report: stage,
      position,
      text_en: en[position] ?? it[position] ?? null,
      text_it: it[position] ?? en[position] ?? null,
    }));
  });
}

async function recordsOf({ stages }: Publication, settlement: Settlement): Promise<StageRecord[]> {
  const records = await Promise.all(
    Object.entries(stages).map(([name, id]) => settlement.recordOf(name, id)),
  );
  return records.filter((record) => record !== undefined);
}

/** This run and those before it, newest first. */
async function runRows(store: Store, manifest: RunManifest): Promise<Row[]> {
  const earlier = (await readManifests(store.folder)).filter(({ id }) => id !== manifest.id);
  const count = (run: RunManifest, ...statuses: string[]) =>
    run.stages.filter(({ status }) => statuses.includes(status)).length;
  return [{ ...manifest, status: "done" as const, interrupted: false }, ...earlier]
    .filter(({ pipeline }) => pipeline === manifest.pipeline)
    .slice(0, maxRuns)
    .map((run) => ({
      run: run.id,
      started_at: run.started_at,
      status: run.interrupted ? "interrupted" : run.status,
      made: count(run, "made"),
      reused: count(run, "reused", "kept"),
      seconds:
        run.ended_at === undefined ? null : (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000,
      error: run.error?.split("\n")[0] ?? null,
    }));
}

/** `last_time.<table>`: what was published for an earlier date; without rows where nothing was. */
async function makeLastTimeViews(
  session: Session,
  { tables }: Edition,
  { store, lastTime, workspace }: { store: Store; lastTime: Publication | undefined; workspace: Workspace },
): Promise<void> {
  await session.execute("create schema if not exists last_time");
  for (const table of tables.keys()) {
    const name = /^last_time\.(.*)$/.exec(table)?.[1];
    if (name === undefined) continue;
    const files = lastTime?.tables[name]?.files ?? [];
    if (files.length === 0) (await workspace.connect([name])).close();
    const relation =
      files.length > 0
        ? `select * from ${parquetScan(files.map((file) => store.absolute(file)))}`
        : `select * from main.${identifier(name)} limit 0`;
    await session.execute(`create or replace view last_time.${identifier(name)} as ${relation}`);
  }
}
