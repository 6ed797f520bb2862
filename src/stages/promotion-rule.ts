import { z } from "zod";

/** Measures by which two versions of a model are compared. */
export const comparedMetrics = ["auc", "average_precision", "brier", "log_loss"] as const;

export type ComparedMetric = (typeof comparedMetrics)[number];

/**
 * When a challenger takes the champion's place. Both predict the same newest rows, which neither was trained on, and the
 * differences have paired bootstrap intervals.
 */
export const promotionSchema = z
  .strictObject({
    metric: z.enum(comparedMetrics).default("brier").describe("The challenger must be better by this one"),
    tolerance: z
      .number()
      .min(0)
      .default(0.001)
      .describe("and its 95% interval must exclude being worse by more than this"),
    guards: z
      .array(z.enum(comparedMetrics))
      .default(["auc", "log_loss"])
      .describe("and by none of these may it be worse: an interval that lies below zero"),
  })
  .prefault({})
  .describe("When a challenger takes the champion's place");

export type PromotionRule = z.output<typeof promotionSchema>;
