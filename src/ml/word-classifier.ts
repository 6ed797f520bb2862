import type { WordVocabulary } from "./word-vocabulary.js";

/** One linear classifier per label over the words of a text, pairs of neighbours, and runs of letters within a word. */
export interface WordClassifier {
  labels: readonly string[];
  vocabulary: WordVocabulary;
  /** Per number of the vocabulary, a weight per label; in memory that threads share. */
  weights: Float32Array;
  /** Per label. */
  intercepts: Float32Array;
}

/** The probability of each label, in the order of `labels`. */
export function classifyWords(classifier: WordClassifier, text: string): Float64Array {
  const { labels, vocabulary, weights, intercepts } = classifier;
  const width = labels.length;
  const logOdds = Float64Array.from(intercepts);
  vocabulary.read(text);
  const { features, values, featureCount } = vocabulary;
  for (let position = 0; position < featureCount; position++) {
    const start = features[position]! * width;
    const value = values[position]!;
    for (let label = 0; label < width; label++) logOdds[label]! += value * weights[start + label]!;
  }
  return logOdds.map((score) => 1 / (1 + Math.exp(-score)));
}
