import type { StageResult } from "../stages/stage.js";
import { literal, parquetScan } from "../warehouse/engine.js";
import { quarantineColumns } from "../warehouse/intake.js";

/** Tables that the run itself makes, out of what the stages with contracts left behind: SQL that any stage may read. */
export const systemTables: ReadonlyMap<
  string,
  (results: readonly StageResult[], absolute: (file: string) => string) => string
> = new Map([
  ["quarantine", quarantine],
  ["input_files", inputFiles],
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
        `(${literal(table)}, ${literal(file)}, ${literal(sha256)}, ${taken}, ${quarantined})`,
    );
  });
  if (rows.length === 0) return emptyRelation(columns);
  return `select * from (values ${rows.join(", ")}) as input_files(table_name, file, sha256, rows, quarantined)`;
}

/** A relation without rows. @param columns `name type, ...` */
export function emptyRelation(columns: string): string {
  const selected = columns.split(/,\s*(?![^(]*\))/).map((column) => {
    const [name = "", ...type] = column.trim().split(" ");
    return `null::${type.join(" ")} as ${name}`;
  });
  return `select ${selected.join(", ")} limit 0`;
}
