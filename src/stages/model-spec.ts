import { z } from "zod";
import { networkSpec } from "../ml/spec.js";
import { promotionSchema } from "./promotion-rule.js";

const column = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a column name in snake_case");

const inBothLanguages = z.strictObject({ en: z.string(), it: z.string() });

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
  complement: column
    .optional()
    .describe("What the rest to one is called, where that is what people are shown: credibility"),
  seed: z.union([z.int(), z.string()]).default(1),
  explain: z
    .strictObject({
      rows: z.int().min(0).default(20_000).describe("The most rows that get reasons"),
      reasons: z
        .tuple([z.int().min(1), z.int().min(1)])
        .refine(([least, most]) => least <= most, "expected the fewest and then the most reasons")
        .default([3, 5])
        .describe("The fewest and the most reasons of a row"),
    })
    .prefault({})
    .describe("Which scores get reasons: those with the most probability times worth"),
  promotion: promotionSchema,
  population: column
    .optional()
    .describe(
      "A table of who was asked about the label and who was left out: as_of, group, reason, customers",
    ),
  card: z
    .strictObject({ intended_use: inBothLanguages, caveats: inBothLanguages.optional() })
    .optional()
    .describe("What the model card says of this model in particular"),
  sensitive: z
    .array(column)
    .default([])
    .describe(
      "Columns of the feature table by whose groups the model's error is reported; list them under features.except too, where the model must not see them",
    ),
};

function mostRows(most: number) {
  return z
    .int()
    .min(100)
    .default(most)
    .describe("About how many labelled rows are learnt from at most, drawn by the hash of their key");
}

const tabular = z.strictObject({
  kind: z.literal("tabular").describe("A network over numbers and categories"),
  ...common,
  features: z.union([
    z.strictObject({
      table: column,
      columns: z.array(column).nonempty().describe("The columns that are features"),
    }),
    z.strictObject({
      table: column,
      except: z
        .array(column)
        .default([])
        .describe("Columns, besides key, time and cluster, that are no features: all others are"),
    }),
  ]),
  snapshots: z
    .strictObject({
      count: z.int().min(2).describe("How many dates to learn from, the newest included"),
      every_days: z.int().min(1).describe("Days from one to the next"),
    })
    .optional()
    .describe("Past dates that the features are made for; the pipeline's parameters take them from here"),
  horizon_days: z.int().min(1).optional().describe("How far the label looks ahead"),
  most_rows: mostRows(500_000),
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
  most_rows: mostRows(30_000),
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
