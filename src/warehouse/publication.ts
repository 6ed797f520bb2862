import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.js";
import { openDuckDb } from "./duckdb.js";
import {
  copyDurably,
  fileError,
  isErrno,
  makeFolder,
  readJson,
  settle,
  sweep,
  writeDurably,
} from "./durable.js";
import { identifier, parquetScan, type Engine } from "./engine.js";
import type { Store } from "./store.js";

const publicationSchema = z.object({
  id: z.string(),
  pipeline: z.string(),
  runId: z.string(),
  publishedAt: z.string(),
  /** IANA time zone in which instants are shown. */
  timeZone: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Table -> Parquet files, relative to the store, and rows. */
  tables: z.record(z.string(), z.object({ files: z.array(z.string()), rows: z.number() })),
  /** Table of `history` -> one part for each date. */
  history: z.record(z.string(), z.array(z.object({ asOf: z.string(), file: z.string(), rows: z.number() }))),
  /** Table -> the files that it was read from. */
  inputs: z.record(z.string(), z.array(z.string())),
  /** Stage -> fingerprint. */
  stages: z.record(z.string(), z.string()),
  /** Hash of what the index is made from; empty without one. */
  index: z.string().default(""),
  /** Stage -> hash of what is remembered of it in `history`. */
  remembers: z.record(z.string(), z.string()),
  /** Model -> version of the champion. */
  models: z.record(z.string(), z.string()),
  /** Model -> its champions so far, the first one first, and how each came to be. */
  promotions: z
    .record(
      z.string(),
      z.array(
        z.object({
          version: z.string(),
          kind: z.enum(["promoted", "rolled_back"]),
          reason: z.string(),
          publication: z.string(),
          publishedAt: z.string(),
        }),
      ),
    )
    .default({}),
  /** Report -> locale -> stored HTML file. */
  reports: z.record(z.string(), z.record(z.string(), z.string())),
  /** Stored files that are copied into the project. */
  exports: z.array(z.object({ file: z.string(), to: z.string() })),
  /** Messages to send: the report, its language, the stored message and who gets it. */
  mails: z
    .array(z.object({ report: z.string(), locale: z.string(), file: z.string(), to: z.array(z.string()) }))
    .default([]),
  findings: z.record(z.string(), z.array(z.string())),
  /** Every stored file that it needs, records included. */
  files: z.array(z.string()),
});

/** What readers see: one consistent set of tables, reports and models, after every check has passed. */
export type Publication = z.output<typeof publicationSchema>;

const pointer = "current";

/** The publication that readers see now. */
export async function currentPublication(store: Store): Promise<Publication | undefined> {
  let id: string;
  try {
    id = (await readFile(store.absolute(pointer), "utf8")).trim();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
  return readPublication(store, id);
}

async function readPublication(store: Store, id: string): Promise<Publication> {
  const parsed = publicationSchema.safeParse(await readJson(publicationPath(store, id)));
  if (parsed.success) return parsed.data;
  throw new UserError(`the publication ${id} in ${store.folder} cannot be read`, {
    hint: `Write the id of another file of ${join(store.folder, "publications")} into ${store.absolute(pointer)}.`,
  });
}

/** Makes a publication the one that readers see: one rename of the pointer, after everything else is on the disk. */
export async function publish(store: Store, publication: Publication): Promise<void> {
  await writeDurably(publicationPath(store, publication.id), JSON.stringify(publication, null, 1));
  await writeDurably(store.absolute(pointer), publication.id);
  await writeWarehouse(store, publication);
}

function publicationPath(store: Store, id: string): string {
  return store.absolute(join("publications", `${id}.json`));
}

/**
 * An engine that sees the published tables as views.
 *
 * Statements can read the store and, where one is given, read and write the folder `otherFolder`.
 *
 * Whoever reads follows `current` once: a publication that comes later does not disturb it.
 */
export async function openPublication(
  store: Store,
  publication: Publication,
  { otherFolder }: { otherFolder?: string } = {},
): Promise<Engine> {
  const folders = otherFolder === undefined ? [store.folder] : [store.folder, otherFolder];
  const engine = await openDuckDb({ timeZone: publication.timeZone, allowedDirectories: folders });
  await createViews(engine, store, publication);
  return engine;
}

async function createViews(engine: Engine, store: Store, publication: Publication): Promise<void> {
  const session = await engine.connect();
  for (const [table, { files }] of Object.entries(publication.tables)) {
    if (files.length === 0) continue;
    const scan = parquetScan(files.map((file) => store.absolute(file)));
    await session.execute(`create or replace view ${identifier(table)} as select * from ${scan}`);
  }
  await session.execute("create schema if not exists history");
  for (const [table, parts] of Object.entries(publication.history)) {
    const scan = parquetScan(parts.map(({ file }) => store.absolute(file)));
    await session.execute(`create or replace view history.${identifier(table)} as select * from ${scan}`);
  }
  session.close();
}

const warehouse = "warehouse.duckdb";

/** Makes the database of views that any DuckDB client can open, under another name first: nobody sees it half-made. */
async function writeWarehouse(store: Store, publication: Publication): Promise<void> {
  await makeFolder(store.scratch);
  const temporary = join(store.scratch, `${publication.id}.duckdb`);
  try {
    await rm(temporary, { force: true });
    const engine = await openDuckDb({ file: temporary });
    await createViews(engine, store, publication);
    engine.close();
    // A log that another program left belongs to the path, and would be applied to the new file.
    await rm(store.absolute(`${warehouse}.wal`), { force: true });
    await settle(temporary, store.absolute(warehouse));
  } catch (error) {
    throw fileError(error, store.folder);
  }
  await writeDurably(store.absolute(`${warehouse}.json`), JSON.stringify({ publication: publication.id }));
}

/** Finishes what a crash between the steps of a publication may have left undone. */
export async function repairWarehouse(store: Store, publication: Publication): Promise<void> {
  const made = (await readJson(store.absolute(`${warehouse}.json`))) as { publication?: string } | undefined;
  if (made?.publication !== publication.id) await writeWarehouse(store, publication);
}

/** Copies reports and exports to where people look for them, each by one rename, and only where the content differs. */
export async function deliver(files: readonly { from: string; to: string }[]): Promise<void> {
  for (const { from, to } of files) {
    await sweep(dirname(to), basename(to));
    if (!(await sameContent(from, to))) await copyDurably(from, to);
  }
}

async function sameContent(a: string, b: string): Promise<boolean> {
  try {
    return (await readFile(a)).equals(await readFile(b));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw fileError(error, b);
  }
}

/** The publications that are kept, the newest first. */
export async function storedPublications(store: Store): Promise<Publication[]> {
  const ids = (await readdir(store.absolute("publications")))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -5));
  const publications = await Promise.all(ids.map((id) => readPublication(store, id)));
  return publications.sort((a, b) => b.publishedAt.localeCompare(a.publishedAt));
}

/** Deletes publications beyond the newest `keep` and stored files that no kept one needs. */
export async function collectGarbage(store: Store, keep: number): Promise<number> {
  const current = await currentPublication(store);
  const publications = await storedPublications(store);
  const kept = publications.filter(({ id }, index) => index < keep || id === current?.id);
  for (const { id } of publications) {
    if (!kept.some((other) => other.id === id)) await rm(publicationPath(store, id), { force: true });
  }
  return store.collect(new Set(kept.flatMap(({ files }) => files)));
}
