import { z } from "zod";

/** The name of a table or column in an analysis. */
export const nameField = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a name in snake_case");

/** Fields that every analysis has. */
export const analysisFields = {
  description: z.string().optional().describe("The question, in words"),
  table: nameField.describe("The table of facts that it is asked of"),
};

export const minGroupSize = z
  .int()
  .min(2)
  .default(30)
  .describe("With fewer units in a group nothing is estimated, and the reason is given");
