import { z } from "zod";

const column = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a name in snake_case");

/** A model file of the kind `lifetime_value`. */
export const lifetimeValueSchema = z.strictObject({
  kind: z.literal("lifetime_value").describe("What customers will still buy, and for how much"),
  description: z.string().optional(),
  purchases: z
    .strictObject({
      table: column.describe("A table with one row a purchase"),
      customer: column.describe("Who bought"),
      date: column.describe("When; purchases of one day count as one"),
      amount: column.describe("For how much"),
    })
    .describe("Which purchases the model learns from, as SQL"),
  families: z
    .array(z.enum(["bg_nbd", "mbg_nbd", "pareto_nbd"]))
    .nonempty()
    .default(["bg_nbd", "mbg_nbd", "pareto_nbd"])
    .describe("Models to fit; the one with the least BIC is used"),
  horizon_days: z.int().min(1).default(365).describe("Days ahead for which purchases and value are expected"),
  holdout_weeks: z
    .int()
    .min(1)
    .default(26)
    .describe("The newest weeks, at most a third of all, on which the models are checked"),
});

export type LifetimeValueSpec = z.output<typeof lifetimeValueSchema>;

/** What the names of its tables, but that of the customers, end in. */
export const suffixes = ["model", "families", "fit", "holdout"] as const;

/** Names of the tables that the stage makes: the customers' own first. */
export function lifetimeValueTables(stage: string): string[] {
  return [stage, ...suffixes.map((suffix) => `${stage}_${suffix}`)];
}
