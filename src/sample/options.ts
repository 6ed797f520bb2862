import { z } from "zod";
import { UserError } from "../errors.js";

const schema = z.strictObject({
  /** CRM records. */
  customers: z.int().min(20).max(1_000_000),
  /** Months of data, counted backwards from the fixed last day. */
  months: z.int().min(3).max(60),
  seed: z.int().min(0).max(4_294_967_295),
  /** The folder to write to; made when absent. */
  out: z.string().min(1),
  /** Another phrase bank than data/phrases.yaml. */
  phrases: z.string().optional(),
  format: z.enum(["csv", "parquet"]).default("csv"),
  /** Whether satisfied people answer surveys more often, which no weighting by behaviour can mend. */
  responseDependsOnHappiness: z.boolean().default(false),
  /** DuckDB's memory limit; more spills to a temporary folder inside `out`. */
  memoryLimit: z.string().default("1500MB"),
  /** Threads of DuckDB, and parts of a large world that are made at once. */
  threads: z.int().min(1).max(64).default(2),
});

export type SampleOptions = z.input<typeof schema>;
export type CheckedOptions = z.output<typeof schema>;

/** @throws UserError naming each option that is out of range. */
export function checkOptions(options: SampleOptions): CheckedOptions {
  const checked = schema.safeParse(options);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new UserError(`The sample world cannot be made: ${problems.join("; ")}.`, {
    hint: "Customers run from 20 to 1,000,000, months from 3 to 60.",
  });
}
