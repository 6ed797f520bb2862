/** Lengths of the runs of letters, by which words that share a root are akin though their stems differ. */
const runLengths = [4, 5];

/** Words that the examples lack whose known runs are kept; all are forgotten when there are more. */
const mostStrangers = 50_000;

/** A word by its features. */
export interface Word {
  /** Of itself, which is the first where it is known, and of its runs. */
  readonly numbers: readonly number[];
  /** A place for what a classifier adds up over the numbers. */
  sums?: Float64Array;
}

/**
 * The words of some texts, their pairs of neighbours, and the runs of letters within a word, each with a number. Reads one
 * text at a time into features; memory depends on the vocabulary only.
 */
export class WordVocabulary {
  readonly #ofWord = new Map<string, Word>();
  /** Other words that were read: by those of their runs that are known. */
  readonly #ofStranger = new Map<string, Word>();
  readonly #ofRun = new Map<string, number>();
  /** Number of a word -> number of the word after it -> number of the pair. */
  readonly #ofPair = new Map<number, Map<number, number>>();
  readonly #countOf: Int32Array;
  #featureCount = 0;
  #words: readonly Word[] = [];
  #pairs: readonly number[] = [];
  #repeated: readonly number[] = [];
  readonly inverseDocumentFrequency: Float32Array;
  readonly features: Int32Array;
  readonly values: Float64Array;

  /** @param texts words or stems parted by blanks; each counts once for all that it has */
  constructor(readonly texts: readonly string[]) {
    const frequency: number[] = [];
    texts.forEach((text) => {
      for (const number of new Set(this.#learn(wordsOf(text), frequency))) frequency[number]!++;
    });
    this.inverseDocumentFrequency = Float32Array.from(
      frequency,
      (count) => Math.log((1 + texts.length) / (1 + count)) + 1,
    );
    this.#countOf = new Int32Array(frequency.length);
    this.features = new Int32Array(frequency.length);
    this.values = new Float64Array(frequency.length);
  }

  /** How many numbers there are. */
  get size(): number {
    return this.#countOf.length;
  }

  /** The text last counted has its features at 0 to `featureCount - 1` of `features`, and if it was read its `values`. */
  get featureCount(): number {
    return this.#featureCount;
  }

  /** The words of the text last counted, in order: the same object each time that a word is met. */
  get words(): readonly Word[] {
    return this.#words;
  }

  /** The numbers of the known pairs of the text last counted. */
  get pairs(): readonly number[] {
    return this.#pairs;
  }

  /** The features of the text last counted that it has more than once. */
  get repeated(): readonly number[] {
    return this.#repeated;
  }

  /** How often the text last counted has a feature. */
  countOf(number: number): number {
    return this.#countOf[number]!;
  }

  /** Reads a text into sublinear tf-idf of unit length. */
  read(text: string): void {
    this.count(text);
    this.#weigh();
  }

  /** Counts what a text has, without weighing it. */
  count(text: string): void {
    for (let position = 0; position < this.#featureCount; position++)
      this.#countOf[this.features[position]!] = 0;
    this.#featureCount = 0;
    const repeated: number[] = [];
    const pairs: number[] = [];
    let before: ReadonlyMap<number, number> | undefined;
    this.#words = wordsOf(text).map((word) => {
      const known = this.#ofWord.get(word);
      const found = known ?? this.#stranger(word);
      const { numbers } = found;
      for (let index = 0; index < numbers.length; index++) this.#count(numbers[index]!, repeated);
      const number = known?.numbers[0];
      const pair = number === undefined ? undefined : before?.get(number);
      if (pair !== undefined) {
        pairs.push(pair);
        this.#count(pair, repeated);
      }
      before = number === undefined ? undefined : this.#ofPair.get(number);
      return found;
    });
    this.#pairs = pairs;
    this.#repeated = repeated;
  }

  /** Numbers what is new; gives the numbers of all. */
  #learn(words: readonly string[], frequency: number[]): number[] {
    const next = () => frequency.push(0) - 1;
    const found = words.map(
      (word) =>
        entryOf(this.#ofWord, word, () => ({
          numbers: [next(), ...runsOf(word).map((run) => entryOf(this.#ofRun, run, next))],
        })).numbers,
    );
    const pairs = found.slice(1).map(([second], index) => {
      const after = entryOf(this.#ofPair, found[index]![0]!, () => new Map<number, number>());
      return entryOf(after, second!, next);
    });
    return [...found.flat(), ...pairs];
  }

  #stranger(stranger: string): Word {
    const known = this.#ofStranger.get(stranger);
    if (known) return known;
    if (this.#ofStranger.size === mostStrangers) this.#ofStranger.clear();
    const word = { numbers: runsOf(stranger).flatMap((run) => this.#ofRun.get(run) ?? []) };
    this.#ofStranger.set(stranger, word);
    return word;
  }

  #count(number: number, repeated: number[]): void {
    const before = this.#countOf[number]!++;
    if (before === 0) this.features[this.#featureCount++] = number;
    if (before === 1) repeated.push(number);
  }

  #weigh(): void {
    let squared = 0;
    for (let position = 0; position < this.#featureCount; position++) {
      const number = this.features[position]!;
      const value = sublinear(this.#countOf[number]!) * this.inverseDocumentFrequency[number]!;
      this.values[position] = value;
      squared += value * value;
    }
    const length = Math.sqrt(squared);
    for (let position = 0; position < this.#featureCount; position++) this.values[position]! /= length;
  }
}

/** What a count weighs. */
export function sublinear(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}

/** The value of a key, made where it is new. */
function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** The runs of letters of a word, which a `<` tells at its start. */
function runsOf(word: string): string[] {
  const marked = `<${word}`;
  return runLengths.flatMap((length) =>
    Array.from({ length: Math.max(0, marked.length - length + 1) }, (_, start) =>
      marked.slice(start, start + length),
    ),
  );
}
