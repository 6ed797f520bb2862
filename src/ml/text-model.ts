import type { BetaCalibration } from "./beta-calibration.js";
import type { Standardisation } from "./standardisation.js";
import type { Vocabulary } from "./vocabulary.js";

/** What a model has learnt about one label. */
export interface LabelHead {
  label: string;
  /** Per n-gram, the weight of its tf-idf. */
  ngramWeights: Float32Array;
  /** Per dense feature, the weight of its standardised value. */
  denseWeights: Float32Array;
  intercept: number;
  /** Fitted to out-of-fold log-odds. */
  calibration: BetaCalibration;
  /** Share of positives among the training texts. */
  trainingPrevalence: number;
  /** Share of positives where the model is used; the training texts' own unless declared. */
  prevalence: number;
}

/** Calibrated linear classifiers, one per label, of the same sparse text features and dense features. */
export interface TextModel {
  vocabulary: Vocabulary;
  dense: Standardisation;
  heads: readonly LabelHead[];
  ground: Ground;
  /** The probability from which the labels of one text are taken as given, where F1 over all labels is to be best. */
  threshold: number;
}

/** A text that falls short of either has no ground to be judged on. */
export interface Ground {
  minimumWords: number;
  /** Share of a text's words that must be in the vocabulary. */
  minimumCoverage: number;
}

/** Why a text is not judged: it is empty, has too few words, or too few of its words were seen in training. */
export type NoGround = "empty_text" | "too_short" | "unlike_training";
