import { z } from "zod";

const name = z
  .string()
  .regex(/^[a-z_][a-z0-9_]*$/, "expected snake_case: small letters, digits and underscores");

const columnType = z
  .string()
  .regex(
    /^(varchar|integer|bigint|double|boolean|date|timestamp|decimal\(([1-9]|[12]\d|3[0-8]),\s?([12]?\d|3[0-8])\))$/,
    "expected varchar, integer, bigint, double, boolean, date, timestamp or decimal(p,s) with at most 38 digits",
  )
  .describe("varchar, integer, bigint, double, boolean, date, timestamp or decimal(p,s)");

const column = z
  .strictObject({
    type: columnType,
    from: z.string().optional().describe("The column's name in the file, where it differs"),
    description: z.string().optional(),
    required: z.boolean().default(false).describe("An empty value breaks the contract"),
    accepted: z
      .array(z.union([z.string(), z.number()]))
      .nonempty()
      .optional()
      .describe("The only values allowed"),
    range: z
      .tuple([z.union([z.number(), z.string()]), z.union([z.number(), z.string()])])
      .optional()
      .describe("Smallest and largest value allowed, both included; dates as ISO text"),
    known_at: name
      .optional()
      .describe("The column that says when this value became known, where not with the row"),
    current_only: z
      .boolean()
      .default(false)
      .describe("Overwritten in place, so its value in the past is lost: refused as a feature"),
    personal: z.boolean().default(false).describe("Personal data"),
    absent: z.boolean().default(false).describe("The whole column may be missing from a file"),
  })
  .describe("One column of the table");

const csvDialect = z
  .strictObject({
    delimiter: z.string().length(1).default(","),
    quote: z.string().length(1).default('"'),
    encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "latin1", "windows-1252"]).default("utf-8"),
    decimal: z.enum([".", ","]).default(".").describe("Decimal separator"),
    thousands: z.enum(["", ".", ",", " ", "'"]).default("").describe("Thousands separator"),
    date_format: z
      .string()
      .optional()
      .describe("strptime format of dates, e.g. %d/%m/%Y; ISO 8601 when absent"),
    timestamp_format: z.string().optional().describe("strptime format of timestamps; ISO 8601 when absent"),
    nulls: z.array(z.string()).default([]).describe("Texts that stand for an empty value, e.g. NA"),
  })
  .refine(({ decimal, thousands }) => decimal !== thousands, {
    path: ["thousands"],
    message: "expected another character than the decimal separator",
  })
  .describe("How CSV files are written; nothing is guessed");

/** What may come into a table: `contracts/*.yaml`. */
export const contractSchema = z
  .strictObject({
    description: z.string().optional(),
    key: z.array(name).nonempty().optional().describe("Columns that together name one row"),
    duplicates: z
      .enum(["quarantine", "latest"])
      .default("quarantine")
      .describe(
        "What to do with a second row of a key: quarantine it, or let the latest file and record win",
      ),
    event_at: name.optional().describe("When the event happened"),
    known_at: name.optional().describe("When the row became known"),
    max_quarantined: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe("Share of rows that may go to quarantine before the run stops"),
    csv: csvDialect.prefault({}),
    columns: z.record(name, column),
  })
  .superRefine((contract, context) => {
    const names = Object.keys(contract.columns);
    const check = (path: PropertyKey[], reference: string | undefined) => {
      if (reference === undefined || names.includes(reference)) return;
      context.addIssue({
        code: "custom",
        path,
        message: `expected one of the columns ${names.join(", ")}`,
      });
    };
    contract.key?.forEach((reference, index) => check(["key", index], reference));
    check(["event_at"], contract.event_at);
    check(["known_at"], contract.known_at);
    for (const [column, { known_at, type, accepted, range }] of Object.entries(contract.columns)) {
      check(["columns", column, "known_at"], known_at);
      const [, digits = 0, scale = 0] = /\((\d+),\s?(\d+)\)/.exec(type)?.map(Number) ?? [];
      if (scale > digits) {
        context.addIssue({
          code: "custom",
          path: ["columns", column, "type"],
          message: `expected at most ${digits} decimals in a number of ${digits} digits`,
        });
      }
      for (const [field, values] of Object.entries({ accepted, range })) {
        values?.forEach((value, index) => {
          if (fits(value, type)) return;
          context.addIssue({
            code: "custom",
            path: ["columns", column, field, index],
            message: `expected a value of the type ${type}`,
          });
        });
      }
    }
  });

/** Whether a value in the contract itself is one of the column's type. */
function fits(value: string | number, type: string): boolean {
  const text = String(value);
  switch (type) {
    case "varchar":
      return true;
    case "boolean":
      return text === "true" || text === "false";
    case "integer":
    case "bigint":
      return /^-?\d+$/.test(text);
    case "date":
      return z.iso.date().safeParse(text).success;
    case "timestamp":
      return (
        z.iso.date().safeParse(text.slice(0, 10)).success && /^.{10}([ T]\d\d:\d\d(:\d\d)?)?$/.test(text)
      );
    default:
      return /^-?\d+(\.\d+)?$/.test(text);
  }
}

export type Contract = z.output<typeof contractSchema>;
export type ContractColumn = z.output<typeof column>;
export type CsvDialect = z.output<typeof csvDialect>;
