import { Random } from "../stats/random.js";
import { networkSpec, type NetworkSpec } from "./spec.js";

/** One fold of one trial, as measured. Losses are mean log losses of the fold's rows. */
export interface FoldOutcome {
  trial: number;
  fold: number;
  log_loss: number;
  auc: number;
  average_precision: number;
  brier: number;
  seconds: number;
}

/** A trial that has been measured on all folds, or given up before. */
export interface Trial {
  trial: number;
  outcomes: FoldOutcome[];
  isComplete: boolean;
}

const choices = {
  width: [32, 48, 64, 96, 128],
  members: [1, 2, 3, 4],
  frequencies: [8, 16, 32],
  embedding: [2, 4, 8],
  batch_rows: [128, 256, 512],
} satisfies Partial<Record<keyof NetworkSpec, number[]>>;

/**
 * The network of a trial by random search (Bergstra & Bengio 2012): trial 0 is `base` itself, all others are drawn, each
 * from its own number and the seed only, so that a search that goes on later draws the same.
 */
export function networkOfTrial(base: NetworkSpec, trial: number, seed: number | string): NetworkSpec {
  if (trial === 0) return base;
  const random = new Random(`${seed}/trial ${trial}`);
  const one = (values: readonly number[]) => values[random.integer(values.length)]!;
  const logUniform = (low: number, high: number) =>
    Number((low * (high / low) ** random.uniform()).toPrecision(2));
  return networkSpec.parse({
    ...base,
    width: one(choices.width),
    members: one(choices.members),
    frequencies: one(choices.frequencies),
    embedding: one(choices.embedding),
    batch_rows: one(choices.batch_rows),
    dropout: Number((0.1 + 0.5 * random.uniform()).toFixed(2)),
    learning_rate: logUniform(2e-3, 2e-2),
    weight_decay: logUniform(0.2, 20),
  });
}

/**
 * Whether a trial under way should be given up: its mean loss over the folds so far is above the median of what the other
 * trials had over the same folds (the median rule of Golovin et al. 2017), once there are at least `fewestTrials` of them.
 */
export function isHopeless(under: readonly FoldOutcome[], others: readonly Trial[]): boolean {
  const folds = new Set(under.map(({ fold }) => fold));
  const losses = others
    .map(({ outcomes }) => outcomes.filter(({ fold }) => folds.has(fold)))
    .filter((outcomes) => outcomes.length === folds.size)
    .map(meanLoss)
    .sort((a, b) => a - b);
  if (losses.length < fewestTrials) return false;
  return meanLoss(under) > losses[Math.floor((losses.length - 1) / 2)]!;
}

const fewestTrials = 4;

/** The complete trial with the least mean loss; the earliest of equals. */
export function bestTrial(trials: readonly Trial[]): Trial | undefined {
  return trials
    .filter(({ isComplete }) => isComplete)
    .reduce<Trial | undefined>(
      (best, trial) => (best && meanLoss(best.outcomes) <= meanLoss(trial.outcomes) ? best : trial),
      undefined,
    );
}

export function meanLoss(outcomes: readonly FoldOutcome[]): number {
  return outcomes.reduce((sum, { log_loss }) => sum + log_loss, 0) / outcomes.length;
}
