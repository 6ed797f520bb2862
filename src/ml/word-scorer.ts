import { TextPool, type TextPoolOptions } from "./text-pool.js";
import { WordClassifier, type WordClassifierParts } from "./word-classifier.js";
import { WordVocabulary } from "./word-vocabulary.js";

/** The classifier of each language. */
export type WordClassifiers = ReadonlyMap<string, WordClassifier>;

/** What threads classify with: vocabularies as the texts that they are learned from. */
export interface WordScoringTask {
  classifiers: ReadonlyMap<
    string,
    Omit<WordClassifierParts, "vocabulary"> & { vocabulary: readonly string[] }
  >;
  leastProbability: number;
}

/** Texts to classify: words or stems parted by blanks. */
export interface WordQuestion {
  /** The number of the first text. */
  first: number;
  texts: readonly string[];
  /** Per text. */
  languages: readonly string[];
}

/** The labels that are likely enough, in the order of the texts and of the classifier's labels. */
export interface LikelyLabels {
  /** The number of the text. */
  texts: number[];
  /** The number of the label in the classifier of the text's language. */
  labels: number[];
  probabilities: number[];
}

const builtWorker = new URL("./word.worker.js", import.meta.url);

/** Classifiers at work on batch after batch, in one worker thread per core once there are many texts. */
export class WordScorer {
  readonly #pool: TextPool<WordQuestion, LikelyLabels>;

  constructor(
    classifiers: WordClassifiers,
    leastProbability: number,
    { worker = builtWorker, ...options }: Partial<TextPoolOptions> = {},
  ) {
    this.#pool = new TextPool(
      (question) => likelyLabels(classifiers, leastProbability, question),
      taskOf(classifiers, leastProbability),
      { worker, ...options },
    );
  }

  /** What `likelyLabels` gives, the same numbers in the same order. */
  async classify(texts: readonly string[], languages: readonly string[]): Promise<LikelyLabels> {
    const parts = await this.#pool.ask(texts.length, (first, end) => ({
      first,
      texts: texts.slice(first, end),
      languages: languages.slice(first, end),
    }));
    return {
      texts: parts.flatMap((part) => part.texts),
      labels: parts.flatMap((part) => part.labels),
      probabilities: parts.flatMap((part) => part.probabilities),
    };
  }
}

/** The labels that have at least a probability; none of texts in a language without a classifier. */
export function likelyLabels(
  classifiers: WordClassifiers,
  leastProbability: number,
  { first, texts, languages }: WordQuestion,
): LikelyLabels {
  const likely: LikelyLabels = { texts: [], labels: [], probabilities: [] };
  texts.forEach((text, position) => {
    const classifier = classifiers.get(languages[position]!);
    if (!classifier) return;
    classifier.classify(text).forEach((probability, label) => {
      if (probability < leastProbability) return;
      likely.texts.push(first + position);
      likely.labels.push(label);
      likely.probabilities.push(probability);
    });
  });
  return likely;
}

/** The classifiers that a thread applies. */
export function classifiersOf({ classifiers }: WordScoringTask): WordClassifiers {
  return new Map(
    Array.from(classifiers, ([language, { vocabulary, ...rest }]) => [
      language,
      new WordClassifier({ ...rest, vocabulary: new WordVocabulary(vocabulary) }),
    ]),
  );
}

function taskOf(classifiers: WordClassifiers, leastProbability: number): WordScoringTask {
  return {
    classifiers: new Map(
      Array.from(classifiers, ([language, { labels, vocabulary, weights, intercepts }]) => [
        language,
        { labels, vocabulary: vocabulary.texts, weights, intercepts },
      ]),
    ),
    leastProbability,
  };
}
