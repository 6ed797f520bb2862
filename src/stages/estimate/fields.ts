import { z } from "zod";
import type { ColumnTypes } from "../keep-tables.js";

/** The name of a table or column in an analysis. */
export const nameField = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a name in snake_case");

/** Fields that every analysis has. */
export const analysisFields = {
  description: z.string().optional().describe("The question, in words"),
  table: nameField.describe("The table of facts that it is asked of"),
};

/** The types of columns whose values tell groups apart. */
export function textColumns(names: readonly string[]): ColumnTypes {
  return Object.fromEntries(names.map((name) => [name, "text" as const]));
}

export const minGroupSize = z
  .int()
  .min(2)
  .default(30)
  .describe("With fewer units in a group nothing is estimated, and the reason is given");
