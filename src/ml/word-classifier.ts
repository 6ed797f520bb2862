import { fitLogistic } from "./sparse-logistic.js";
import { appendColumns, type SparseMatrix } from "./sparse-matrix.js";

/** `n` texts, each with the labels that hold of it. */
export interface WordExamples {
  /** Words or stems parted by blanks. */
  texts: readonly string[];
  labels: readonly (readonly string[])[];
}

/** One linear classifier per label over the words and pairs of neighbouring words of a text. */
export interface WordClassifier {
  labels: readonly string[];
  /** Word, or pair of words with a blank between -> its number. */
  numberOf: ReadonlyMap<string, number>;
  inverseDocumentFrequency: Float32Array;
  /** Per word or pair, a weight per label. */
  weights: Float32Array;
  /** Per label. */
  intercepts: Float32Array;
}

/** One decision in a thousand differs from that of a fit to the last digit, which takes three times as long. */
const precision = 2.5;

/** A label that fewer examples have, or that fewer have not, is not learned. */
const fewestExamples = 5;

/**
 * Trains a logistic regression per label on tf-idf of words and pairs of words, rows of unit length, as scikit-learn's
 * `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)` has it. Examples of a word or two serve as well as sentences, so
 * that a list of phrases can be learned from. Repeats exactly with the same examples and backend; call `useBackend` first.
 *
 * @param inversePenalty C, as scikit-learn calls it
 * @returns null where no label has enough examples
 */
export function trainWordClassifier(
  { texts, labels }: WordExamples,
  inversePenalty: number,
): WordClassifier | null {
  const learned = learnable(labels);
  if (learned.length === 0) return null;
  const { numberOf, inverseDocumentFrequency } = countWords(texts);
  const ngrams = designOf(texts, numberOf, inverseDocumentFrequency);
  const design = appendColumns(ngrams, new Float32Array(texts.length).fill(1), 1);
  const scale = new Float32Array(design.columns).fill(1);
  const width = learned.length;
  const weights = new Float32Array(numberOf.size * width);
  const intercepts = new Float32Array(width);
  learned.forEach((label, index) => {
    const holds = Uint8Array.from(labels, (ofText) => Number(ofText.includes(label)));
    const fitted = fitLogistic(design, holds, scale, [inversePenalty], { precision })[0]!;
    for (let word = 0; word < numberOf.size; word++) weights[word * width + index] = fitted[word]!;
    intercepts[index] = fitted.at(-1)!;
  });
  return { labels: learned, numberOf, inverseDocumentFrequency, weights, intercepts };
}

/** The probability of each label, in the order of `labels`. */
export function classifyWords(classifier: WordClassifier, text: string): Float64Array {
  const { labels, numberOf, inverseDocumentFrequency, weights, intercepts } = classifier;
  const width = labels.length;
  const logOdds = new Float64Array(width);
  let squared = 0;
  for (const [word, count] of countsOf(text, numberOf)) {
    const value = (1 + Math.log(count)) * inverseDocumentFrequency[word]!;
    squared += value * value;
    for (let label = 0; label < width; label++) logOdds[label]! += value * weights[word * width + label]!;
  }
  const length = Math.sqrt(squared) || 1;
  return logOdds.map((sum, label) => 1 / (1 + Math.exp(-(sum / length + intercepts[label]!))));
}

function learnable(labels: WordExamples["labels"]): string[] {
  const frequency = new Map<string, number>();
  for (const ofText of labels) {
    for (const label of new Set(ofText)) frequency.set(label, (frequency.get(label) ?? 0) + 1);
  }
  return [...frequency]
    .filter(([, count]) => Math.min(count, labels.length - count) >= fewestExamples)
    .map(([label]) => label)
    .sort();
}

function ngramsOf(text: string): string[] {
  const words = text.split(" ").filter((word) => word !== "");
  return words.concat(words.slice(1).map((word, index) => `${words[index]} ${word}`));
}

/** How often each known word or pair stands in a text. */
function countsOf(text: string, numberOf: ReadonlyMap<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const ngram of ngramsOf(text)) {
    const number = numberOf.get(ngram);
    if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  return counts;
}

function countWords(texts: readonly string[]): Pick<WordClassifier, "numberOf" | "inverseDocumentFrequency"> {
  const frequency = new Map<string, number>();
  for (const text of texts) {
    for (const ngram of new Set(ngramsOf(text))) frequency.set(ngram, (frequency.get(ngram) ?? 0) + 1);
  }
  return {
    numberOf: new Map([...frequency.keys()].map((ngram, number) => [ngram, number])),
    inverseDocumentFrequency: Float32Array.from(
      frequency.values(),
      (count) => Math.log((1 + texts.length) / (1 + count)) + 1,
    ),
  };
}

/** Sublinear tf-idf, `texts.length x numberOf.size`, each row of unit length. */
function designOf(
  texts: readonly string[],
  numberOf: ReadonlyMap<string, number>,
  inverseDocumentFrequency: Float32Array,
): SparseMatrix {
  const rowStarts = new Int32Array(texts.length + 1);
  const columnIndices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const weighed = [...countsOf(text, numberOf)].map(
      ([word, count]) => [word, (1 + Math.log(count)) * inverseDocumentFrequency[word]!] as const,
    );
    const length = Math.sqrt(weighed.reduce((sum, [, value]) => sum + value * value, 0));
    for (const [word, value] of weighed) {
      columnIndices.push(word);
      values.push(value / length);
    }
    rowStarts[row + 1] = values.length;
  });
  return {
    rows: texts.length,
    columns: numberOf.size,
    rowStarts,
    columnIndices: Int32Array.from(columnIndices),
    values: Float32Array.from(values),
  };
}
