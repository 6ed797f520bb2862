import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.js";
import { openDuckDb } from "../warehouse/duckdb.js";
import { literal, type Session } from "../warehouse/engine.js";
import { actionTables, actionsFile } from "./actions.js";
import { calendarTables, spanOf } from "./calendar.js";
import { catalogueTables } from "./catalogue.js";
import { causeTable, exposureTables } from "./causes.js";
import { chanceMacros } from "./chance.js";
import { casesFile, complaintTables } from "./complaints.js";
import { customerTables, nameMacros } from "./customers.js";
import { journeyTables, touchpointsFile } from "./journeys.js";
import { checkOptions, type CheckedOptions, type SampleOptions } from "./options.js";
import { orderTables, rateMacros } from "./orders.js";
import { feedbackFile, messageTables } from "./messages.js";
import { outsiderMessageTables } from "./outsiders.js";
import { readPhrases } from "./phrases.js";
import { customersFile, saleTables, transactionsFile } from "./sales.js";
import { invitationTables } from "./surveys.js";
import { loadPhrases, textTables } from "./text.js";
import { customerStateTables } from "./truth/customers.js";
import { effectTables } from "./truth/effects.js";
import { truthFiles } from "./truth/files.js";
import { ownMessageTables } from "./voices.js";

export type { SampleOptions } from "./options.js";
export { scoreAgainstTruth, type AspectScore, type Score } from "./score.js";

/** What was written: rows per file, relative to the output folder. */
export interface SampleSummary {
  out: string;
  rows: Record<string, number>;
}

/** What the generator tells while it works. */
export interface SampleEffects {
  /** Called before each step with its name. */
  progress: (step: string) => void;
}

const ownPhrases = fileURLToPath(new URL("../../data/phrases.yaml", import.meta.url));

/**
 * Writes a sample world: the canonical tables as CSV or Parquet and its truth under `truth/`.
 *
 * The same options give the same bytes. Each file is written under a temporary name and then renamed.
 *
 * @throws UserError when an option is out of range, the phrase bank is broken or the folder cannot be written.
 */
export async function generateSample(
  options: SampleOptions,
  effects: SampleEffects = { progress: () => undefined },
): Promise<SampleSummary> {
  const checked = checkOptions(options);
  const bank = await readPhrases(checked.phrases ?? ownPhrases);
  const spill = join(checked.out, ".spill");
  await mkdir(join(checked.out, "truth"), { recursive: true }).catch((cause: unknown) => {
    throw new UserError(`Expected a folder that can be written, found ${checked.out}.`, { cause });
  });
  const engine = await openDuckDb({ memoryLimit: checked.memoryLimit, temporaryDirectory: spill });
  try {
    const session = await engine.connect();
    for (const [step, sql] of worldSteps(checked)) {
      effects.progress(step);
      await session.execute(sql);
    }
    effects.progress("text");
    await loadPhrases(session, bank);
    await session.execute(textTables());
    return { out: checked.out, rows: await writeFiles(session, checked, effects) };
  } finally {
    engine.close();
    await rm(spill, { recursive: true, force: true });
  }
}

function worldSteps(options: CheckedOptions): [step: string, sql: string][] {
  const span = spanOf(options.months);
  return [
    ["calendar", chanceMacros(options.seed) + nameMacros + calendarTables(span)],
    ["catalogue", catalogueTables() + causeTable(span)],
    ["customers", customerTables(options.customers)],
    ["actions", actionTables(span)],
    ["orders", rateMacros() + orderTables()],
    ["causes", exposureTables()],
    ["transactions", saleTables()],
    ["complaints", complaintTables()],
    ["surveys", invitationTables(options.responseDependsOnHappiness)],
    ["journeys", journeyTables()],
    ["voices", ownMessageTables() + outsiderMessageTables() + messageTables()],
    ["truth", effectTables() + customerStateTables()],
  ];
}

async function writeFiles(
  session: Session,
  { out, format }: CheckedOptions,
  { progress }: SampleEffects,
): Promise<Record<string, number>> {
  const tables = {
    customers: customersFile,
    transactions: transactionsFile,
    feedback: feedbackFile,
    touchpoints: touchpointsFile,
    cases: casesFile,
    actions: actionsFile(),
  };
  const rows: Record<string, number> = {};
  for (const [name, sql] of Object.entries(tables)) {
    progress(`${name}.${format}`);
    rows[name] = await writeFile(session, sql, join(out, `${name}.${format}`), format);
  }
  for (const [name, sql] of Object.entries(truthFiles)) {
    progress(`truth/${name}.parquet`);
    rows[`truth/${name}`] = await writeFile(session, sql, join(out, "truth", `${name}.parquet`), "parquet");
  }
  return rows;
}

const dialects = {
  csv: "format csv, header, timestampformat '%Y-%m-%d %H:%M:%S'",
  parquet: "format parquet, compression zstd",
};

async function writeFile(
  session: Session,
  sql: string,
  file: string,
  format: "csv" | "parquet",
): Promise<number> {
  const unfinished = `${file}.unfinished`;
  try {
    const { rows } = await session.query(`copy (${sql}) to ${literal(unfinished)} (${dialects[format]})`);
    await rename(unfinished, file);
    return Number(rows[0]?.[0] ?? 0);
  } finally {
    await rm(unfinished, { force: true });
  }
}
