import { sublinear, type Word, type WordVocabulary } from "./word-vocabulary.js";

/** What a classifier is made of, in arrays that threads share. */
export interface WordClassifierParts {
  labels: readonly string[];
  vocabulary: WordVocabulary;
  /** Per number of the vocabulary, a weight per label. */
  weights: Float32Array;
  /** Per label. */
  intercepts: Float32Array;
}

/** One linear classifier per label over the words of a text, pairs of neighbours, and runs of letters within a word. */
export class WordClassifier implements WordClassifierParts {
  readonly labels: readonly string[];
  readonly vocabulary: WordVocabulary;
  readonly weights: Float32Array;
  readonly intercepts: Float32Array;

  constructor({ labels, vocabulary, weights, intercepts }: WordClassifierParts) {
    this.labels = labels;
    this.vocabulary = vocabulary;
    this.weights = weights;
    this.intercepts = intercepts;
  }

  /**
   * The probability of each label, in the order of `labels`.
   *
   * Features that a text has once add up by word, and each word's sum is computed once; what sublinear counts take off those
   * that it has more often is added afterwards.
   */
  classify(text: string): Float64Array {
    const { vocabulary, intercepts } = this;
    const width = this.labels.length;
    vocabulary.count(text);
    const sums = new Float64Array(width + 1);
    for (const word of vocabulary.words) {
      const ofWord = (word.sums ??= this.#sumsOf(word));
      for (let column = 0; column <= width; column++) sums[column]! += ofWord[column]!;
    }
    for (const pair of vocabulary.pairs) this.#add(sums, pair, 1, 1);
    for (const number of vocabulary.repeated) {
      const count = vocabulary.countOf(number);
      const value = sublinear(count);
      this.#add(sums, number, value - count, value * value - count);
    }
    const length = Math.sqrt(sums[width]!) || 1;
    for (let label = 0; label < width; label++)
      sums[label] = 1 / (1 + Math.exp(-intercepts[label]! - sums[label]! / length));
    return sums.subarray(0, width);
  }

  /** Per label the sum of the weights of a word's features times their idf, and last the sum of the squared idf. */
  #sumsOf({ numbers }: Word): Float64Array {
    const sums = new Float64Array(this.labels.length + 1);
    for (const number of numbers) this.#add(sums, number, 1, 1);
    return sums;
  }

  #add(sums: Float64Array, number: number, times: number, timesSquared: number): void {
    const width = this.labels.length;
    const inverse = this.vocabulary.inverseDocumentFrequency[number]!;
    for (let label = 0; label < width; label++)
      sums[label]! += times * inverse * this.weights[number * width + label]!;
    sums[width]! += timesSquared * inverse * inverse;
  }
}
