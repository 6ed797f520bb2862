import { z } from "zod";

const column = z.string().regex(/^[a-z_][a-z0-9_]*$/, "expected a name in snake_case");

/** A model file of the kind `topics`. */
export const topicModelSchema = z.strictObject({
  kind: z.literal("topics").describe("Which of several labels hold of a text, learned per language"),
  description: z.string().optional(),
  examples: z
    .strictObject({
      table: column.describe("A table with one row an example"),
      text: column.describe("Its words or stems, parted by blanks"),
      language: column.describe("Each language is learned apart"),
      labels: column.describe("The labels that hold of it, parted by commas; empty where none does"),
    })
    .describe("What to learn from, as SQL"),
  texts: z
    .strictObject({
      table: column.describe("A table with one row a text to classify"),
      key: z.array(column).nonempty().describe("Columns that together name one row"),
      text: column.describe("Its words or stems, parted by blanks"),
      language: column,
    })
    .describe("What to classify"),
  label: column.describe("The column of the labels in the table that is made"),
  inverse_penalty: z
    .number()
    .positive()
    .default(3)
    .describe("C of the logistic regressions: the larger, the more single words weigh"),
  least_probability: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("Labels that are less likely are left out of the table"),
});

export type TopicModelSpec = z.output<typeof topicModelSchema>;
