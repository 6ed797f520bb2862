import { NgramIndex } from "./ngram-index.js";
import { NgramReader } from "./ngrams.js";
import type { SparseMatrix } from "./sparse-matrix.js";

/** An n-gram of characters is a feature if at least three texts have it, one of tokens if two have it. */
const fewestTexts = { characters: 3, tokens: 2 };

/**
 * How often each n-gram that several texts share occurs in each text. Columns of character n-grams come first.
 */
export interface NgramCounts {
  counts: SparseMatrix;
  /** Per column, the n-gram's hash. */
  hashes: Int32Array;
  characterColumns: number;
}

/** The columns of `NgramCounts` that become features, in order, each with its inverse document frequency. */
export interface FeatureColumns {
  columns: Int32Array;
  characterFeatures: number;
  inverseDocumentFrequency: Float32Array;
}

export function countNgrams(texts: readonly (string | null)[]): NgramCounts {
  const reader = new NgramReader();
  const { index, columnOf, hashes, characterColumns } = sharedNgrams(texts, reader);
  const columns = hashes.length;
  const rowStarts = new Int32Array(texts.length + 1);
  const columnIndices: Int32Array[] = [];
  const values: Float32Array[] = [];
  const countOf = new Float32Array(columns);
  const touched = new Int32Array(columns);
  let size = 0;
  texts.forEach((text, row) => {
    reader.read(text ?? "");
    let distinct = 0;
    for (let position = 0; position < reader.ngramCount; position++) {
      const column = columnOf[index.find(reader.hashes[position]!)]!;
      if (column < 0) continue;
      if (countOf[column] === 0) touched[distinct++] = column;
      countOf[column]!++;
    }
    const rowColumns = touched.slice(0, distinct);
    columnIndices.push(rowColumns);
    values.push(Float32Array.from(rowColumns, (column) => countOf[column]!));
    for (const column of rowColumns) countOf[column] = 0;
    size += distinct;
    rowStarts[row + 1] = size;
  });
  const counts = {
    rows: texts.length,
    columns,
    rowStarts,
    columnIndices: concatenate(columnIndices, new Int32Array(size)),
    values: concatenate(values, new Float32Array(size)),
  };
  return { counts, hashes, characterColumns };
}

/** Numbers the n-grams that enough texts have, those of characters first; -1 for the others. */
function sharedNgrams(texts: readonly (string | null)[], reader: NgramReader) {
  const index = new NgramIndex();
  const frequency: number[] = [];
  const lastText: number[] = [];
  const isCharacters: boolean[] = [];
  const hashOf: number[] = [];
  texts.forEach((text, row) => {
    reader.read(text ?? "");
    for (let position = 0; position < reader.ngramCount; position++) {
      const hash = reader.hashes[position]!;
      const ngram = index.add(hash);
      if (lastText[ngram] === row) continue;
      lastText[ngram] = row;
      frequency[ngram] = (frequency[ngram] ?? 0) + 1;
      isCharacters[ngram] ??= position < reader.characterNgramCount;
      hashOf[ngram] = hash;
    }
  });
  const columnOf = new Int32Array(index.size).fill(-1);
  const hashes: number[] = [];
  const take = (wanted: boolean, fewest: number): void => {
    frequency.forEach((count, ngram) => {
      if (isCharacters[ngram] === wanted && count >= fewest)
        columnOf[ngram] = hashes.push(hashOf[ngram]!) - 1;
    });
  };
  take(true, fewestTexts.characters);
  const characterColumns = hashes.length;
  take(false, fewestTexts.tokens);
  return { index, columnOf, hashes: Int32Array.from(hashes), characterColumns };
}

/** Fits the features to some of the counted texts. */
export function fitFeatures({ counts, characterColumns }: NgramCounts, rows: Int32Array): FeatureColumns {
  const frequency = new Int32Array(counts.columns);
  for (const row of rows) {
    for (let position = counts.rowStarts[row]!; position < counts.rowStarts[row + 1]!; position++) {
      frequency[counts.columnIndices[position]!]!++;
    }
  }
  const columns = Int32Array.from(frequency.keys()).filter((column) => {
    const fewest = column < characterColumns ? fewestTexts.characters : fewestTexts.tokens;
    return frequency[column]! >= fewest;
  });
  return {
    columns,
    characterFeatures: columns.filter((column) => column < characterColumns).length,
    inverseDocumentFrequency: Float32Array.from(
      columns,
      (column) => Math.log((1 + rows.length) / (1 + frequency[column]!)) + 1,
    ),
  };
}

/**
 * Sublinear tf-idf of some of the counted texts, `rows.length x columns.length`: (1 + ln count) x idf, each row of unit
 * length within its character n-grams and within its token n-grams.
 */
export function tfIdf({ counts }: NgramCounts, features: FeatureColumns, rows: Int32Array): SparseMatrix {
  const featureOf = new Int32Array(counts.columns).fill(-1);
  features.columns.forEach((column, feature) => (featureOf[column] = feature));
  let capacity = 0;
  for (const row of rows) capacity += counts.rowStarts[row + 1]! - counts.rowStarts[row]!;
  const rowStarts = new Int32Array(rows.length + 1);
  const columnIndices = new Int32Array(capacity);
  const values = new Float32Array(capacity);
  let size = 0;
  rows.forEach((row, target) => {
    const start = size;
    let charactersSquared = 0;
    let tokensSquared = 0;
    for (let position = counts.rowStarts[row]!; position < counts.rowStarts[row + 1]!; position++) {
      const feature = featureOf[counts.columnIndices[position]!]!;
      if (feature < 0) continue;
      const value = (1 + Math.log(counts.values[position]!)) * features.inverseDocumentFrequency[feature]!;
      if (feature < features.characterFeatures) charactersSquared += value * value;
      else tokensSquared += value * value;
      columnIndices[size] = feature;
      values[size++] = value;
    }
    const characters = 1 / Math.sqrt(charactersSquared);
    const tokens = 1 / Math.sqrt(tokensSquared);
    for (let position = start; position < size; position++) {
      values[position]! *= columnIndices[position]! < features.characterFeatures ? characters : tokens;
    }
    rowStarts[target + 1] = size;
  });
  return {
    rows: rows.length,
    columns: features.columns.length,
    rowStarts,
    columnIndices: columnIndices.subarray(0, size),
    values: values.subarray(0, size),
  };
}

function concatenate<T extends Int32Array | Float32Array>(parts: readonly T[], target: T): T {
  let offset = 0;
  for (const part of parts) {
    target.set(part, offset);
    offset += part.length;
  }
  return target;
}
