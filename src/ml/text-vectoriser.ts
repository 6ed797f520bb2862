import { NgramReader } from "./ngrams.js";
import type { Vocabulary } from "./vocabulary.js";

/** Turns one text at a time into tf-idf features; memory depends on the vocabulary and the longest text only. */
export class TextVectoriser {
  readonly #vocabulary: Vocabulary;
  readonly #reader = new NgramReader();
  readonly #countOf: Int32Array;
  #size = 0;
  readonly features: Int32Array;
  readonly values: Float64Array;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const width = vocabulary.hashes.length;
    this.#countOf = new Int32Array(width);
    this.features = new Int32Array(width);
    this.values = new Float64Array(width);
  }

  /** The n-grams and tokens of the text last read. */
  get reader(): NgramReader {
    return this.#reader;
  }

  /** The text last read has its features at 0 to `size - 1` of `features` and `values`. */
  get size(): number {
    return this.#size;
  }

  /** How often an n-gram of the vocabulary occurs in the text last read. */
  count(feature: number): number {
    return this.#countOf[feature]!;
  }

  read(text: string): void {
    this.#forget();
    const { index, characterFeatures, inverseDocumentFrequency } = this.#vocabulary;
    const reader = this.#reader;
    reader.read(text);
    const { hashes, ngramCount } = reader;
    for (let position = 0; position < ngramCount; position++) {
      const feature = index.find(hashes[position]!);
      if (feature < 0) continue;
      if (this.#countOf[feature]!++ === 0) this.features[this.#size++] = feature;
    }
    let charactersSquared = 0;
    let tokensSquared = 0;
    for (let position = 0; position < this.#size; position++) {
      const feature = this.features[position]!;
      const count = this.#countOf[feature]!;
      const value = (count === 1 ? 1 : 1 + Math.log(count)) * inverseDocumentFrequency[feature]!;
      this.values[position] = value;
      if (feature < characterFeatures) charactersSquared += value * value;
      else tokensSquared += value * value;
    }
    const characters = 1 / Math.sqrt(charactersSquared);
    const tokens = 1 / Math.sqrt(tokensSquared);
    for (let position = 0; position < this.#size; position++) {
      this.values[position]! *= this.features[position]! < characterFeatures ? characters : tokens;
    }
  }

  #forget(): void {
    for (let position = 0; position < this.#size; position++) this.#countOf[this.features[position]!] = 0;
    this.#size = 0;
  }
}
