import { designOf, fitLogistic } from "./sparse-logistic.js";
import { appendColumns, type SparseMatrix } from "./sparse-matrix.js";
import { WordClassifier } from "./word-classifier.js";
import { WordVocabulary } from "./word-vocabulary.js";

/** `n` texts, each with the labels that hold of it. */
export interface WordExamples {
  /** Words or stems parted by blanks. */
  texts: readonly string[];
  labels: readonly (readonly string[])[];
}

/** One decision in a thousand differs from that of a fit to the last digit, which takes three times as long. */
const precision = 2.5;

/** A label that fewer examples have, or that fewer have not, is not learned. */
const fewestExamples = 5;

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
  const vocabulary = new WordVocabulary(texts);
  const ngrams = tfIdf(texts, vocabulary);
  const design = designOf(appendColumns(ngrams, new Float32Array(texts.length).fill(1), 1));
  const scale = new Float32Array(design.matrix.columns).fill(1);
  const width = learned.length;
  const weights = new Float32Array(
    new SharedArrayBuffer(vocabulary.size * width * Float32Array.BYTES_PER_ELEMENT),
  );
  const intercepts = new Float32Array(width);
  learned.forEach((label, index) => {
    const holds = Uint8Array.from(labels, (ofText) => Number(ofText.includes(label)));
    const fitted = fitLogistic(design, holds, scale, [inversePenalty], { precision })[0]!;
    for (let word = 0; word < vocabulary.size; word++) weights[word * width + index] = fitted[word]!;
    intercepts[index] = fitted.at(-1)!;
  });
  return new WordClassifier({ labels: learned, vocabulary, weights, intercepts });
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

/** Sublinear tf-idf, `texts.length x vocabulary.size`, each row of unit length. */
function tfIdf(texts: readonly string[], vocabulary: WordVocabulary): SparseMatrix {
  const rowStarts = new Int32Array(texts.length + 1);
  const columnIndices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    vocabulary.read(text);
    for (let position = 0; position < vocabulary.featureCount; position++) {
      columnIndices.push(vocabulary.features[position]!);
      values.push(vocabulary.values[position]!);
    }
    rowStarts[row + 1] = values.length;
  });
  return {
    rows: texts.length,
    columns: vocabulary.size,
    rowStarts,
    columnIndices: Int32Array.from(columnIndices),
    values: Float32Array.from(values),
  };
}
