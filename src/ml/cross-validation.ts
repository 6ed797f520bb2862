import { encode, type EncoderWarning } from "./encoders.js";
import { splitByFold } from "./folds.js";
import { selectRows, type Frame } from "./frame.js";
import { trainGroups } from "./group-pool.js";
import { averagePrecision, brier, logLoss, rank, rocAuc, type Metric } from "./metrics.js";
import { calibrationFloor, expectedCalibrationError, type CalibrationFloor } from "./reliability.js";
import { completeTraining, predictTabular, prepareTraining, type TrainingOptions } from "./tabular.js";

const foldMetrics = {
  auc: rocAuc,
  average_precision: averagePrecision,
  brier,
  log_loss: logLoss,
} satisfies Record<string, Metric>;

export type FoldMetrics = Record<keyof typeof foldMetrics, number>;

/** How well a network predicts rows that it was not trained on. */
export interface CrossValidation {
  folds: (FoldMetrics & { fold: number; rows: number; positives: number })[];
  /** Mean over folds. */
  mean: FoldMetrics;
  /** Expected calibration error of all folds' predictions together, and what perfect calibration would show. */
  ece: number;
  ece_floor: CalibrationFloor;
  /** Training all folds, encoding included. */
  fit_seconds: number;
  score_rows_per_second: number;
  /** `n` calibrated probabilities, each from the model that was not trained on the row's fold. */
  predictions: Float32Array;
  warnings: EncoderWarning[];
}

/**
 * Trains on all folds but one and predicts that one, for each fold; all folds' groups are trained side by side.
 *
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @param foldOf `n` fold numbers.
 * @throws UserError as `trainTabular` does; each fold's training rows must have enough of both classes.
 */
export async function crossValidate(
  frame: Frame,
  labels: Uint8Array,
  foldOf: ArrayLike<number>,
  options: TrainingOptions,
): Promise<CrossValidation> {
  const started = performance.now();
  const runs = [...new Set(Array.from(foldOf))]
    .sort((a, b) => a - b)
    .map((fold) => {
      const { inside, outside } = splitByFold(foldOf, fold);
      const training = prepareTraining(
        selectRows(frame, outside),
        Uint8Array.from(outside, (row) => labels[row]!),
        {
          ...options,
          seed: `${options.seed}/fold ${fold}`,
          clusters: options.clusters && Array.from(outside, (row) => options.clusters![row]!),
        },
      );
      return { fold, inside, training };
    });
  const fits = await trainGroups(
    runs.flatMap(({ training }) => training.tasks),
    options.onProgress,
  );
  const models = runs.map(({ training }) => completeTraining(training, fits.splice(0, training.tasks.length)).model);
  const fitted = performance.now();

  const predictions = new Float32Array(frame.n);
  const folds: CrossValidation["folds"] = [];
  for (const [index, { fold, inside }] of runs.entries()) {
    const found = await predictTabular(models[index]!, selectRows(frame, inside));
    inside.forEach((row, i) => (predictions[row] = found[i]!));
  }
  const scored = performance.now();
}
