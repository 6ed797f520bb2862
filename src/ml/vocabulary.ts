import { NgramIndex } from "./ngram-index.js";
import { NgramReader } from "./ngrams.js";
import type { FeatureColumns, NgramCounts } from "./text-features.js";

/** The n-grams that a model knows, those of characters first. */
export interface Vocabulary {
  ngrams: readonly string[];
  characterFeatures: number;
  inverseDocumentFrequency: Float32Array;
  hashes: Int32Array;
  /** From hash to feature. */
  index: NgramIndex;
}

export function makeVocabulary(
  texts: readonly (string | null)[],
  counts: NgramCounts,
  features: FeatureColumns,
): Vocabulary {
  const { characterFeatures, inverseDocumentFrequency } = features;
  const hashes = featureHashes(counts, features);
  const index = NgramIndex.of(hashes);
  return { ngrams: spell(texts, index), characterFeatures, inverseDocumentFrequency, hashes, index };
}

export function featureHashes({ hashes }: NgramCounts, { columns }: FeatureColumns): Int32Array {
  return Int32Array.from(columns, (column) => hashes[column]!);
}

/** The n-grams of an index as text, found again in the texts that they come from. */
function spell(texts: readonly (string | null)[], index: NgramIndex): string[] {
  const reader = new NgramReader();
  const ngrams = new Array<string>(index.size);
  let found = 0;
  for (const text of texts) {
    if (found === index.size) break;
    reader.read(text ?? "");
    const spans = reader.spans();
    spans.forEach((span, position) => {
      const feature = index.find(reader.hashes[position]!);
      if (feature < 0 || ngrams[feature] !== undefined) return;
      ngrams[feature] = reader.slice(span);
      found++;
    });
  }
  return ngrams;
}
