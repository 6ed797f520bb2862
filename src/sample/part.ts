import { join } from "node:path";
import { literal, type Engine, type Session } from "../warehouse/engine.js";
import { actionsFile, assignmentTables } from "./actions.js";
import { exposureTables } from "./causes.js";
import { casesFile, complaintTables } from "./complaints.js";
import { customerTables } from "./customers.js";
import { journeyTables, touchpointsFile } from "./journeys.js";
import { feedbackFile, messageTables } from "./messages.js";
import type { CheckedOptions } from "./options.js";
import { orderTables } from "./orders.js";
import { outsiderMessageTables } from "./outsiders.js";
import type { Part } from "./parts.js";
import { customersFile, saleTables, transactionsFile } from "./sales.js";
import { invitationTables } from "./surveys.js";
import { textTables } from "./text.js";
import { actionEffects } from "./truth/actions.js";
import { customerStateTables } from "./truth/customers.js";
import { effectTables } from "./truth/effects.js";
import { partTruthFiles } from "./truth/files.js";
import { ownMessageTables } from "./voices.js";

/** A file that was written, relative to the output folder, and the rows in it. */
export interface WrittenFile {
  file: string;
  /** The file's name without the number of its part and without its extension. */
  table: string;
  rows: number;
}

/**
 * Makes a part of the world in a schema of its own, writes its files below `folder`, adds to the world's totals and
 * forgets the rest.
 *
 * @param onStep called before each step with its name; what it throws ends the work
 */
export async function writePart(
  engine: Engine,
  part: Part,
  { format, responseDependsOnHappiness }: CheckedOptions,
  folder: string,
  onStep: (step: string) => void,
): Promise<WrittenFile[]> {
  const session = await engine.connect();
  const schema = `part_${part.index}`;
  try {
    await session.execute(`create schema ${schema}; set search_path = '${schema},main'`);
    for (const [step, sql] of partSteps(part, responseDependsOnHappiness)) {
      onStep(step);
      await session.execute(sql);
    }
    const written: WrittenFile[] = [];
    for (const { table, sql, extension } of partFiles(part, format)) {
      const file = `${table}${part.suffix}.${extension}`;
      onStep(file);
      written.push({ table, file, rows: await writeFile(session, sql, join(folder, file), extension) });
    }
    await session.execute(`set search_path = 'main'; drop schema ${schema} cascade`);
    return written;
  } finally {
    session.close();
  }
}

function partSteps(part: Part, responseDependsOnHappiness: boolean): [step: string, sql: string][] {
  return [
    ["customers", customerTables(part)],
    ["actions", assignmentTables()],
    ["orders", orderTables()],
    ["causes", exposureTables()],
    ["transactions", saleTables()],
    ["complaints", complaintTables()],
    ["surveys", invitationTables(responseDependsOnHappiness)],
    ["journeys", journeyTables()],
    ["voices", ownMessageTables() + outsiderMessageTables(part) + messageTables()],
    ["truth", effectTables() + actionEffects() + customerStateTables()],
    ["text", textTables()],
  ];
}

function partFiles(part: Part, format: Format): { table: string; sql: string; extension: Format }[] {
  const data = {
    customers: customersFile,
    transactions: transactionsFile,
    feedback: feedbackFile,
    touchpoints: touchpointsFile,
    cases: casesFile,
    actions: actionsFile(part),
  };
  return [
    ...Object.entries(data).map(([table, sql]) => ({ table, sql, extension: format })),
    ...Object.entries(partTruthFiles).map(([name, sql]) => ({
      table: `truth/${name}`,
      sql,
      extension: "parquet" as const,
    })),
  ];
}

type Format = CheckedOptions["format"];

/** Snappy, and dictionaries for columns of few values only: ids fill one in vain. */
const dialects = {
  csv: "format csv, header, timestampformat '%Y-%m-%d %H:%M:%S'",
  parquet: "format parquet, compression snappy, dictionary_size_limit 1000",
};

/** Writes the rows of a SELECT and returns their number. */
export async function writeFile(
  session: Session,
  sql: string,
  file: string,
  format: Format,
): Promise<number> {
  const { rows } = await session.query(`copy (${sql}) to ${literal(file)} (${dialects[format]})`);
  return Number(rows[0]?.[0] ?? 0);
}
