import { z } from "zod";
import { analysisFields, minGroupSize, nameField } from "./fields.js";
import type { Analysis } from "./method.js";

export const treatmentEffectSchema = z.strictObject({
  method: z.literal("treatment_effect").describe("Effect of an exposure, against comparable units"),
  ...analysisFields,
  by: nameField.optional().describe("One estimate for each of its values"),
  unit: nameField.describe("Who was exposed or not"),
  treatment: nameField.describe("Whether they were: true or false"),
  outcome: nameField.describe("A number, or true and false; rows without one are left out"),
  confounders: z
    .array(nameField)
    .nonempty()
    .describe("Facts from before the exposure; numbers or categories"),
  cluster: nameField.optional().describe("Rows of one cluster are not independent; the unit by default"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof treatmentEffectSchema>;

/** What an exposure does to an outcome. */
export function treatmentEffect({
  table,
  by,
  unit,
  treatment,
  outcome,
  confounders,
  cluster,
}: Spec): Analysis {
  const fields = Object.entries({ by, unit, treatment, outcome, cluster });
  return {
    suffixes: ["", "balance"],
    reads: [
      {
        table,
        columns: [
          ...fields.flatMap(([field, name]) => (name === undefined ? [] : [{ path: [field], name }])),
          ...confounders.map((name, index) => ({ path: ["confounders", index], name })),
        ],
      },
    ],
    run: () => Promise.reject(new Error("not built yet")),
  };
}
