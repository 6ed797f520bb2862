import { exitCodes, UserError } from "../errors.js";
import { contractSchema, type Contract } from "../warehouse/contract.js";
import { identifier, parquetScan } from "../warehouse/engine.js";
import { cellText, type Cell } from "../result.js";
import { parseYaml } from "../yaml.js";
import type { OpenContext, RunContext } from "./stage.js";

/** Reads the contract file that a stage names under `contract`. */
export async function openContract(reference: string, context: OpenContext): Promise<Contract> {
  const { text, name } = await context.file(reference, "contract");
  return parseYaml(text, { file: name }, contractSchema).data;
}

/**
 * Stops the run where too many rows broke the contract.
 *
 * @throws UserError with exit code 3, quoting the most frequent reasons, but no personal data
 */
export async function checkTolerance(
  run: RunContext,
  contract: Contract,
  counts: { quarantined: number; read: number; quarantine: readonly string[] },
): Promise<void> {
  const { quarantined, read, quarantine } = counts;
  if (read === 0 || quarantined / read <= contract.max_quarantined) return;
  const { rows } = await run.session.query(
    `select column_name, reason, count(*) as n, min(file) as file, arg_min(record, (file, record)) as record,
      arg_min(value, (file, record)) as value
    from ${parquetScan(quarantine.map((file) => run.store.absolute(file)))}
    group by all order by n desc, column_name, reason limit 5`,
  );
  const reasons = rows.map(([column, reason, n, file, record, value]) => {
    const what = `${column === null ? "" : `${run.name}.${cellText(column)}: `}${cellText(reason)}`;
    const shown = value === null || isPersonal(contract, column) ? "" : `, '${cellText(value).slice(0, 60)}'`;
    return `  ${what} (${cellText(n)} times; first in ${cellText(file)}, record ${cellText(record)}${shown})`;
  });
  const share = ((100 * quarantined) / read).toFixed(1);
  throw new UserError(
    `${run.name}: ${quarantined} of ${read} records (${share}%) break the contract, more than the ${
      100 * contract.max_quarantined
    }% allowed:\n${reasons.join("\n")}`,
    {
      exitCode: exitCodes.contractBroken,
      hint: "Mend the files, or raise max_quarantined in the contract. Nothing was published.",
    },
  );
}

/** Whether a value is not for logs: one of a personal column, or a whole record that may hold one. */
function isPersonal({ columns }: Contract, column: Cell | undefined): boolean {
  const named = typeof column === "string" ? column.split(", ") : Object.keys(columns);
  return named.some((name) => columns[name]?.personal);
}

/**
 * Dates of events in stored files, newest first, where the contract says which column tells them: the two newest, and the newest of
 * each month, by which a date that stands alone is told.
 */
export async function newestEvents(
  run: RunContext,
  contract: Contract,
  files: readonly string[],
): Promise<string[]> {
  if (!contract.event_at || files.length === 0) return [];
  const scan = parquetScan(files.map((file) => run.store.absolute(file)));
  const date = `${identifier(contract.event_at)}::date`;
  const { rows } = await run.session.query(
    `select day from (select distinct ${date} as day from ${scan} where ${date} is not null)
      qualify day = max(day) over (partition by date_trunc('month', day)) or row_number() over (order by day desc) <= 2
      order by day desc`,
  );
  return rows.flatMap(([day]) => (typeof day === "string" ? [day] : []));
}
