import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { identifier, literal } from "../warehouse/engine.js";
import type { TableFile } from "./table-file.js";

/** Which columns of a table of transactions say who bought, when, and for how much. */
export interface PurchaseColumns {
  customer: string;
  date: string;
  /** A column, or two to be multiplied, as in `Quantity*UnitPrice`. */
  amount: string;
  /** strptime format of the dates; ISO 8601 or YYYYMMDD where absent. */
  dateFormat?: string | undefined;
}

/**
 * A SELECT of `customer`, `purchased_on` and `amount` over the rows of a table of texts.
 *
 * @throws UserError with the first record whose date or amount is missing or cannot be read
 */
export async function readPurchases(table: TableFile, columns: PurchaseColumns): Promise<string> {
  const customer = `nullif(trim(${requireColumn(table, columns.customer)}), '')`;
  const date = `trim(${requireColumn(table, columns.date)})`;
  const amounts = amountColumns(table, columns.amount);
  const purchasedOn = dateExpression(date, columns.dateFormat);
  await requireReadable(table, {
    column: columns.date,
    text: date,
    parsed: purchasedOn,
    customer,
    expected: columns.dateFormat ? `a date as ${columns.dateFormat}` : "a date as 1997-09-30 or 19970930",
    hint: "Mend the record, or say how dates are written with --date-format, e.g. %d/%m/%Y.",
  });
  for (const { name, text, parsed } of amounts) {
    await requireReadable(table, {
      column: name,
      text,
      parsed,
      customer,
      expected: "an amount as 12.50",
      hint: "Mend the record: digits with a decimal point, no currency and no thousands separator.",
    });
  }
  const amount = amounts.map(({ parsed }) => parsed).join(" * ");
  return `select ${customer} as customer, ${purchasedOn} as purchased_on, ${amount} as amount from temp.table_file`;
}

function dateExpression(date: string, format: string | undefined): string {
  if (format !== undefined) return `try_strptime(${date}, ${literal(format)})::date`;
  const moment = `coalesce(try_cast(${date} as timestamp), try_strptime(${date}, '%Y%m%d'))`;
  return `(case when isfinite(${moment}) then ${moment} end)::date`;
}

function amountColumns(table: TableFile, amount: string): { name: string; text: string; parsed: string }[] {
  const names = table.columns.includes(amount) ? [amount] : amount.split("*").map((name) => name.trim());
  return names.map((name) => {
    const text = `trim(${requireColumn(table, name)})`;
    return { name, text, parsed: `try_cast(${text} as decimal(18, 4))` };
  });
}

function requireColumn({ columns, file }: TableFile, name: string): string {
  if (columns.includes(name)) return identifier(name);
  throw new UserError(`${file} has no column ${name}`, { hint: suggest(name, columns) });
}

/** What a cell should be. */
interface Expectation {
  column: string;
  /** SQL of the cell's text, and of what it is read as. */
  text: string;
  parsed: string;
  customer: string;
  expected: string;
  hint: string;
}

async function requireReadable(
  { session, file }: TableFile,
  { column, text, parsed, customer, expected, hint }: Expectation,
): Promise<void> {
  const { rows } = await session
    .query(
      `select rowid + 1, ${text}, count(*) over () from temp.table_file
      where ${customer} is not null and ${parsed} is null order by rowid limit 1`,
    )
    .catch((error: unknown) => {
      throw new UserError(`${file}: ${column} cannot be read: ${String(error).split("\n")[0]}`, {
        hint,
        cause: error,
      });
    });
  const [first] = rows;
  if (!first) return;
  const [record, found, count] = first;
  const shown = typeof found === "string" && found !== "" ? `'${found.slice(0, 60)}'` : "nothing";
  throw new UserError(
    `${file}: expected ${expected} in ${column}, found ${shown} in record ${Number(record)}${
      count === 1 ? "" : `, and in ${Number(count) - 1} more such records`
    }`,
    { hint },
  );
}
