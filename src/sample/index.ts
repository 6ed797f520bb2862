import { join } from "node:path";
import { fileURLToPath } from "node:url";
import PQueue from "p-queue";
import { openDuckDb } from "../warehouse/duckdb.js";
import type { Engine, Session } from "../warehouse/engine.js";
import { actionTable } from "./actions.js";
import { calendarTables, spanOf } from "./calendar.js";
import { catalogueTables } from "./catalogue.js";
import { causeTable } from "./causes.js";
import { chanceMacros } from "./chance.js";
import { nameMacros } from "./customers.js";
import { openOutputFolder } from "./folder.js";
import { checkOptions, type CheckedOptions, type SampleOptions } from "./options.js";
import { rateMacros } from "./orders.js";
import { writeFile, writePart, type WrittenFile } from "./part.js";
import { partsOf, type Part } from "./parts.js";
import { readPhrases, type PhraseBank } from "./phrases.js";
import { loadPhrases } from "./text.js";
import { actionTotals } from "./truth/actions.js";
import { snapshotTable } from "./truth/customers.js";
import { effectTotals } from "./truth/effects.js";
import { worldTruthFiles } from "./truth/files.js";

export type { SampleOptions } from "./options.js";
export { scoreAgainstTruth, type AspectScore, type Score } from "./score/index.js";
export { proofOf, type Proof, type ProvenWorld } from "./score/proof.js";

/** What was written: rows per table, whose files are named after it, relative to the output folder. */
export interface SampleSummary {
  out: string;
  rows: Record<string, number>;
}

/** What the generator tells while it works, and what may stop it. */
export interface SampleEffects {
  /** Called before each step with its name; in a world of several parts, before each part. */
  progress: (step: string) => void;
  /** Ends the work at the next step, leaving the output folder as it was. */
  signal?: AbortSignal;
}

const ownPhrases = fileURLToPath(new URL("../../data/phrases.yaml", import.meta.url));

/**
 * Writes a sample world: the canonical tables as CSV or Parquet and its truth under `truth/`.
 *
 * The same options give the same bytes, whatever `threads` and `memoryLimit`. A large world is made in parts, two at
 * once, each with files of its own, so that memory does not grow with it. Files get their names when all are whole.
 *
 * @throws UserError when an option is out of range, the phrase bank is broken or the folder cannot be written.
 */
export async function generateSample(
  options: SampleOptions,
  effects: SampleEffects = { progress: () => undefined },
): Promise<SampleSummary> {
  const checked = checkOptions(options);
  const bank = await readPhrases(checked.phrases ?? ownPhrases);
  const folder = await openOutputFolder(checked.out);
  try {
    const written = await writeWorld(checked, bank, folder.unfinished, effects);
    await folder.publish(written.map(({ file }) => file));
    return { out: checked.out, rows: rowsByTable(written) };
  } finally {
    await folder.close();
  }
}

async function writeWorld(
  options: CheckedOptions,
  bank: PhraseBank,
  folder: string,
  effects: SampleEffects,
): Promise<WrittenFile[]> {
  const parts = partsOf(options.customers, options.months);
  const engine = await openDuckDb({
    memoryLimit: options.memoryLimit,
    // Parts that are made at once leave no work to share within each.
    threads: parts.length > 1 ? 1 : options.threads,
    temporaryDirectory: join(folder, "spill"),
  });
  try {
    const session = await engine.connect();
    effects.progress("calendar");
    await session.execute(worldTables(options));
    await loadPhrases(session, bank);
    return [
      ...(await writeParts(engine, parts, options, folder, effects)),
      ...(await writeWorldTruth(session, folder, effects)),
    ];
  } finally {
    engine.close();
  }
}

/** What all parts share. */
function worldTables({ customers, months, seed }: CheckedOptions): string {
  const span = spanOf(months);
  return [
    chanceMacros(seed),
    nameMacros,
    `create macro all_customers() as ${customers};`,
    calendarTables(span),
    catalogueTables(),
    causeTable(span),
    actionTable(span),
    rateMacros(),
    snapshotTable,
    effectTotals,
    actionTotals,
  ].join("\n");
}

async function writeParts(
  engine: Engine,
  parts: readonly Part[],
  options: CheckedOptions,
  folder: string,
  { progress, signal }: SampleEffects,
): Promise<WrittenFile[]> {
  const queue = new PQueue({ concurrency: options.threads });
  const work = parts.map((part) => async () => {
    if (parts.length > 1) progress(`part ${part.index + 1} of ${parts.length}`);
    try {
      return await writePart(engine, part, options, folder, (step) => {
        signal?.throwIfAborted();
        if (parts.length === 1) progress(step);
      });
    } catch (error) {
      queue.clear();
      throw error;
    }
  });
  try {
    return (await queue.addAll(work)).flat();
  } finally {
    await queue.onIdle();
  }
}

async function writeWorldTruth(
  session: Session,
  folder: string,
  { progress }: SampleEffects,
): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const [name, sql] of Object.entries(worldTruthFiles)) {
    const table = `truth/${name}`;
    const file = `${table}.parquet`;
    progress(file);
    written.push({ table, file, rows: await writeFile(session, sql, join(folder, file), "parquet") });
  }
  return written;
}

function rowsByTable(written: readonly WrittenFile[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { table, rows: more } of written) rows[table] = (rows[table] ?? 0) + more;
  return rows;
}
