/** Lengths of the runs of letters, by which words that share a root are akin though their stems differ. */
const runLengths = [4, 5];

/** Words that the examples lack whose known runs are kept; all are forgotten when there are more. */
const mostStrangers = 50_000;

/**
 * The words of some texts, their pairs of neighbours, and the runs of letters within a word, each with a number. Reads one
 * text at a time into features; memory depends on the vocabulary only.
 */
export class WordVocabulary {
  /** Word -> the numbers of itself, which is the first, and of its runs. */
  readonly #ofWord = new Map<string, readonly number[]>();
  /** Other words that were read -> the numbers of those of their runs that are known. */
  readonly #ofStranger = new Map<string, readonly number[]>();
  readonly #ofRun = new Map<string, number>();
  /** Number of a word -> number of the word after it -> number of the pair. */
  readonly #ofPair = new Map<number, Map<number, number>>();
  readonly #inverseDocumentFrequency: Float32Array;
  readonly #countOf: Int32Array;
  #featureCount = 0;
  readonly features: Int32Array;
  readonly values: Float64Array;

  /** @param texts words or stems parted by blanks; each counts once for all that it has */
  constructor(readonly texts: readonly string[]) {
    const frequency: number[] = [];
    texts.forEach((text) => {
      for (const number of new Set(this.#learn(wordsOf(text), frequency))) frequency[number]!++;
    });
    this.#inverseDocumentFrequency = Float32Array.from(
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

  /** The text last read has its features at 0 to `featureCount - 1` of `features` and `values`. */
  get featureCount(): number {
    return this.#featureCount;
  }

  /** Reads a text into sublinear tf-idf of unit length. */
  read(text: string): void {
    for (let position = 0; position < this.#featureCount; position++)
      this.#countOf[this.features[position]!] = 0;
    this.#featureCount = 0;
    const words = wordsOf(text);
    const known = words.map((word) => this.#ofWord.get(word));
    for (let word = 0; word < words.length; word++) {
      const numbers = known[word] ?? this.#ofRunsOf(words[word]!);
      for (let index = 0; index < numbers.length; index++) this.#count(numbers[index]!);
    }
    let before: ReadonlyMap<number, number> | undefined;
    for (const numbers of known) {
      const number = numbers?.[0];
      const pair = number === undefined ? undefined : before?.get(number);
      if (pair !== undefined) this.#count(pair);
      before = number === undefined ? undefined : this.#ofPair.get(number);
    }
    this.#weigh();
  }

  /** Numbers what is new; gives the numbers of all. */
  #learn(words: readonly string[], frequency: number[]): number[] {
    const next = () => frequency.push(0) - 1;
    const found = words.map((word) =>
      entryOf(this.#ofWord, word, () => [
        next(),
        ...runsOf(word).map((run) => entryOf(this.#ofRun, run, next)),
      ]),
    );
    const pairs = found.slice(1).map(([second], index) => {
      const after = entryOf(this.#ofPair, found[index]![0]!, () => new Map<number, number>());
      return entryOf(after, second!, next);
    });
    return [...found.flat(), ...pairs];
  }

  #ofRunsOf(stranger: string): readonly number[] {
    const known = this.#ofStranger.get(stranger);
    if (known) return known;
    if (this.#ofStranger.size === mostStrangers) this.#ofStranger.clear();
    const numbers = runsOf(stranger).flatMap((run) => this.#ofRun.get(run) ?? []);
    this.#ofStranger.set(stranger, numbers);
    return numbers;
  }

  #count(number: number): void {
    if (this.#countOf[number]!++ === 0) this.features[this.#featureCount++] = number;
  }

  #weigh(): void {
    let squared = 0;
    for (let position = 0; position < this.#featureCount; position++) {
      const number = this.features[position]!;
      const count = this.#countOf[number]!;
      const inverse = this.#inverseDocumentFrequency[number]!;
      const value = count === 1 ? inverse : (1 + Math.log(count)) * inverse;
      this.values[position] = value;
      squared += value * value;
    }
    const length = Math.sqrt(squared);
    for (let position = 0; position < this.#featureCount; position++) this.values[position]! /= length;
  }
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
