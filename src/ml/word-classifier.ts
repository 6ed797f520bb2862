import { fitLogistic } from "./sparse-logistic.js";
import { appendColumns, type SparseMatrix } from "./sparse-matrix.js";

/** `n` texts, each with the labels that hold of it. */
export interface WordExamples {
  /** Words or stems parted by blanks. */
  texts: readonly string[];
  labels: readonly (readonly string[])[];
}

/** One linear classifier per label over the words of a text, pairs of neighbours, and runs of letters within a word. */
export interface WordClassifier {
  labels: readonly string[];
  /** Word, pair of words with a blank between, or run of letters after a `#` -> its number. */
  numberOf: ReadonlyMap<string, number>;
  /** Each word of the examples -> the numbers of itself and of its runs of letters. */
  numbersOfWord: ReadonlyMap<string, readonly number[]>;
  inverseDocumentFrequency: Float32Array;
  /** Per number, a weight per label. */
  weights: Float32Array;
  /** Per label. */
  intercepts: Float32Array;
}

/** One decision in a thousand differs from that of a fit to the last digit, which takes three times as long. */
const precision = 2.5;

/** A label that fewer examples have, or that fewer have not, is not learned. */
const fewestExamples = 5;

/** Lengths of the runs of letters, by which words that share a root are akin though their stems differ. */
const runLengths = [4, 5];

/**
 * Trains a logistic regression per label on tf-idf of words, pairs of words and runs of letters, the logarithm of counts taken
 * and rows of unit length, as scikit-learn's `TfidfVectorizer(sublinear_tf=True)` has it. Examples of a word or two serve as well as sentences, so
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
  const vocabulary = countWords(texts);
  const { numberOf } = vocabulary;
  const ngrams = designOf(texts, vocabulary);
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
  return { labels: learned, ...vocabulary, weights, intercepts };
}

/** The probability of each label, in the order of `labels`. */
export function classifyWords(classifier: WordClassifier, text: string): Float64Array {
  const { labels, inverseDocumentFrequency, weights, intercepts } = classifier;
  const width = labels.length;
  const logOdds = new Float64Array(width);
  let squared = 0;
  for (const [word, count] of countsOf(text, classifier)) {
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

type Vocabulary = Pick<WordClassifier, "numberOf" | "numbersOfWord" | "inverseDocumentFrequency">;

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}

/** The word, and its runs of letters, which a `<` tells at its start. */
function formsOf(word: string): string[] {
  const marked = `<${word}`;
  const forms = [word];
  for (const length of runLengths) {
    for (let end = length; end <= marked.length; end++) forms.push(`#${marked.slice(end - length, end)}`);
  }
  return forms;
}

/** How often each known word, pair or run of letters stands in a text. */
function countsOf(
  text: string,
  { numberOf, numbersOfWord }: Pick<Vocabulary, "numberOf" | "numbersOfWord">,
): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (number: number | undefined) => {
    if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1);
  };
  const words = wordsOf(text);
  for (const word of words) {
    const numbers = numbersOfWord.get(word) ?? formsOf(word).map((form) => numberOf.get(form));
    numbers.forEach(count);
  }
  for (const pair of pairsOf(words)) count(numberOf.get(pair));
  return counts;
}

function countWords(texts: readonly string[]): Vocabulary {
  const frequency = new Map<string, number>();
  const known = new Set<string>();
  for (const text of texts) {
    const words = wordsOf(text);
    for (const word of words) known.add(word);
    for (const found of new Set([...words.flatMap(formsOf), ...pairsOf(words)])) {
      frequency.set(found, (frequency.get(found) ?? 0) + 1);
    }
  }
  const numberOf = new Map([...frequency.keys()].map((found, number) => [found, number]));
  return {
    numberOf,
    numbersOfWord: new Map(
      Array.from(known, (word) => [word, formsOf(word).flatMap((form) => numberOf.get(form) ?? [])]),
    ),
    inverseDocumentFrequency: Float32Array.from(
      frequency.values(),
      (count) => Math.log((1 + texts.length) / (1 + count)) + 1,
    ),
  };
}

/** Sublinear tf-idf, `texts.length x numberOf.size`, each row of unit length. */
function designOf(texts: readonly string[], vocabulary: Vocabulary): SparseMatrix {
  const rowStarts = new Int32Array(texts.length + 1);
  const columnIndices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const weighed = [...countsOf(text, vocabulary)].map(
      ([word, count]) => [word, (1 + Math.log(count)) * vocabulary.inverseDocumentFrequency[word]!] as const,
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
    columns: vocabulary.numberOf.size,
    rowStarts,
    columnIndices: Int32Array.from(columnIndices),
    values: Float32Array.from(values),
  };
}
