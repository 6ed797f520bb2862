import type { NgramIndex } from "./ngram-index.js";
import type { NgramReader } from "./ngrams.js";

/** The share of the words of the text last read that are in a vocabulary; NaN of no words. */
export function wordCoverage({ wordHashes, wordCount }: NgramReader, vocabulary: NgramIndex): number {
  let known = 0;
  for (let word = 0; word < wordCount; word++) {
    if (vocabulary.find(wordHashes[word]!) >= 0) known++;
  }
  return known / wordCount;
}
