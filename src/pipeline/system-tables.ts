import type { Stage, StageResult } from "../stages/stage.js";
import { literal, parquetScan } from "../warehouse/engine.js";
import { quarantineColumns } from "../warehouse/intake.js";

/** A table that the run itself makes, out of what stages left behind: any stage may read it that they do not need. */
export interface SystemTable {
  /** Whether it tells of a stage. */
  tellsOf: (stage: Stage) => boolean;
  /** Its rows as SQL, out of the results of those stages. */
  relation: (results: readonly StageResult[], absolute: (file: string) => string) => string;
}

const isContracted = ({ contract }: Stage) => contract !== undefined;

export const systemTables: ReadonlyMap<string, SystemTable> = new Map([
  ["quarantine", { tellsOf: isContracted, relation: quarantine }],
  ["input_files", { tellsOf: isContracted, relation: inputFiles }],
  ["checks", { tellsOf: ({ isCheck }) => isCheck === true, relation: checks }],
]);

/** Every value that broke a contract. */
function quarantine(results: readonly StageResult[], absolute: (file: string) => string): string {
  const files = results.flatMap(({ tables }) => tables.quarantine?.files ?? []);
  return files.length > 0
    ? `select * from ${parquetScan(files.map(absolute))}`
    : emptyRelation(quarantineColumns);
}

/** Every file that was read: rows taken, and records sent to quarantine. */
function inputFiles(results: readonly StageResult[]): string {
  const columns = "table_name varchar, file varchar, sha256 varchar, rows bigint, quarantined bigint";
  const rows = results.flatMap(({ tables, inputs }) => {
    const table = Object.keys(tables).find((name) => name !== "quarantine") ?? "";
    return (inputs ?? []).map(
      ({ file, sha256, rows: taken, quarantined }) =>
        `(${literal(table)}, ${literal(file)}, ${literal(sha256)}, ${taken}::bigint, ${quarantined}::bigint)`,
    );
  });
  if (rows.length === 0) return emptyRelation(columns);
  return `select * from (values ${rows.join(", ")}) as input_files(table_name, file, sha256, rows, quarantined)`;
}

/** Every check, with the number of rows that should not be there. */
function checks(results: readonly StageResult[]): string {
  const rows = results.flatMap((result) =>
    (result.checks ?? []).map(
      ({ name, severity, failures }) => `(${literal(name)}, ${literal(severity)}, ${failures}::bigint)`,
    ),
  );
  if (rows.length === 0) return emptyRelation("name varchar, severity varchar, failures bigint");
  return `select * from (values ${rows.join(", ")}) as checks(name, severity, failures)`;
}

/** A relation without rows. @param columns `name type, ...` */
export function emptyRelation(columns: string): string {
  const selected = columns.split(/,\s*(?![^(]*\))/).map((column) => {
    const [name = "", ...type] = column.trim().split(" ");
    return `null::${type.join(" ")} as ${name}`;
  });
  return `select ${selected.join(", ")} limit 0`;
}
