import { z } from "zod";

/**
 * The tabular network's settings, as a model's YAML may override them. The defaults are one setting for every table: see
 * `trainTabular` for what each does.
 */
export const networkSpec = z.strictObject({
  groups: z
    .int()
    .min(2)
    .max(20)
    .default(5)
    .describe("Groups of members; each sits out one part of the rows, in turn."),
  members: z.int().min(1).max(16).default(2).describe("Members per group."),
  width: z.int().min(1).max(1024).default(64).describe("Units of each of the two hidden layers of a member."),
  frequencies: z.int().min(1).max(256).default(16).describe("Cosines per number."),
  embedding: z.int().min(1).max(64).default(4).describe("Numbers that a number's cosines are mixed down to."),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.4)
    .describe("Share of hidden units that sit out a training step."),
  batch_rows: z
    .int()
    .min(1)
    .default(256)
    .describe(
      "Rows per training step, those that sit out included; fewer where an epoch has under 16 steps.",
    ),
  learning_rate: z.number().positive().default(6e-3),
  weight_decay: z
    .number()
    .min(0)
    .default(2)
    .describe("Shrinkage of the hidden matrices per step, in learning rates."),
  epochs: z.int().min(1).default(32),
  most_steps: z
    .int()
    .min(1)
    .default(3000)
    .describe(
      "Training steps after which there are no more epochs, but at least one: large tables need fewer.",
    ),
  patience: z.int().min(1).default(8).describe("Epochs without improvement after which a group stops."),
});

export type NetworkSpec = z.infer<typeof networkSpec>;
