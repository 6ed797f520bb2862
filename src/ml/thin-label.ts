import { UserError } from "../errors.js";

/** How to speak of a label: "73 of 8,016 customers bought twice: no churn model". */
export interface LabelWords {
  /** What a row is, in the plural: "customers". */
  rows: string;
  /** What the positive rows did: "bought twice". */
  positive: string;
  /** What cannot be made: "churn model". */
  model: string;
}

/** The fewest positives, and the fewest negatives, that a model is trained on. */
export const fewestOfClass = 30;

/**
 * Refuses a label with too few positives or too few negatives to learn from.
 *
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @throws UserError that says how many there are and how many are needed.
 */
export function refuseThinLabel(labels: ArrayLike<number>, { rows, positive, model }: LabelWords): void {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i] as number;
  const negatives = labels.length - positives;
  if (Math.min(positives, negatives) >= fewestOfClass) return;
  const count = (value: number) => value.toLocaleString("en");
  const found =
    positives <= negatives
      ? `${count(positives)} of ${count(labels.length)} ${rows} ${positive}`
      : `all but ${count(negatives)} of ${count(labels.length)} ${rows} ${positive}`;
  throw new UserError(`${found}: no ${model}`, {
    hint: `At least ${fewestOfClass} that did and ${fewestOfClass} that did not are needed to learn from.`,
  });
}
