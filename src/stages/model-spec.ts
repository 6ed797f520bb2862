import { z } from "zod";
import { networkSpec } from "../ml/spec.js";

const column = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a column name in snake_case");

const common = {
  name: column.describe("The model's name; its versions are kept in models/registry/<name>"),
  description: z.string().optional(),
  key: z.array(column).nonempty().describe("Columns that together name one row of the features"),
  time: column.describe("The feature table's column that says as of when a row was known"),
  label: z
    .strictObject({
      table: column.describe("A table with the key, the label and when it became known"),
      column: column.describe("True or false; empty where it is not known yet"),
      known_on: column.describe("Date or time at which the label became known"),
    })
    .describe("What to predict, as SQL"),
  words: z
    .strictObject({ rows: z.string(), positive: z.string(), model: z.string() })
    .describe(
      "How to speak of the label when there is too little of it: '73 of 8,016 <rows> <positive>: no <model>'",
    ),
  output: column.describe("The column of the scores: the probability of the label"),
  seed: z.union([z.int(), z.string()]).default(1),
};

const tabular = z.strictObject({
  kind: z.literal("tabular").describe("A network over numbers and categories"),
  ...common,
  features: z.strictObject({
    table: column,
    except: z.array(column).default([]).describe("Columns, besides the key, that are no features"),
  }),
  worth: column
    .optional()
    .describe(
      "Reasons are given to the rows with the most of this column at risk, else to those with the highest scores",
    ),
  cluster: column.optional().describe("Rows that share this column's value stay together in every split"),
  network: networkSpec.prefault({}),
});

const text = z.strictObject({
  kind: z.literal("text").describe("A linear model over words and parts of words, and numbers beside them"),
  ...common,
  features: z.strictObject({
    table: column,
    text: column.describe("The column with the text"),
    numbers: z.array(column).default([]).describe("Columns of numbers or truth values"),
  }),
  validation_blocks: z
    .int()
    .min(2)
    .default(5)
    .describe("Blocks of time: each but the first validates a model trained on all before it"),
  minimum_words: z.int().min(1).default(3).describe("Texts with fewer words are not judged"),
  prevalence: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("Share of positives where the model is used, if not that of the labels"),
});

/** A model file: `models/*.yaml`. */
export const modelSchema = z.discriminatedUnion("kind", [tabular, text]);

export type ModelSpec = z.output<typeof modelSchema>;
export type TabularSpec = z.output<typeof tabular>;
export type TextSpec = z.output<typeof text>;
