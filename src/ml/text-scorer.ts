import { NgramIndex } from "./ngram-index.js";
import type { DenseFeatures } from "./standardisation.js";
import type { TextModel } from "./text-model.js";
import { TextPool, type TextPoolOptions } from "./text-pool.js";
import { denseValues, predictText, type TextPredictions } from "./text-prediction.js";

/** A model as it is sent to threads: without what only explanations need, and what they can make themselves. */
export type TextScoringTask = Omit<TextModel, "vocabulary"> & {
  vocabulary: Omit<TextModel["vocabulary"], "ngrams" | "index">;
};

/** Texts to predict, as `predictText` takes them. */
export interface TextQuestion {
  texts: readonly (string | null)[];
  dense: DenseFeatures;
}

const builtWorker = new URL("./text.worker.js", import.meta.url);

/** A text model at work on batch after batch, in one worker thread per core once there are many texts. */
export class TextScorer {
  readonly #model: TextModel;
  readonly #pool: TextPool<TextQuestion, TextPredictions>;

  constructor(model: TextModel, { worker = builtWorker, ...options }: Partial<TextPoolOptions> = {}) {
    this.#model = model;
    this.#pool = new TextPool(({ texts, dense }) => predictText(model, texts, dense), taskOf(model), {
      worker,
      ...options,
    });
  }

  /** What `predictText` gives, the same numbers in the same order. @throws RangeError as it does */
  async predict(texts: readonly (string | null)[], dense?: DenseFeatures): Promise<TextPredictions> {
    const values = denseValues(this.#model, texts.length, dense);
    const { names } = this.#model.dense;
    const parts = await this.#pool.ask(texts.length, (first, end) => ({
      texts: texts.slice(first, end),
      dense: { names, values: values.slice(first * names.length, end * names.length) },
    }));
    return {
      probabilities: this.#model.heads.map((_, label) =>
        joined(parts.map((part) => part.probabilities[label]!)),
      ),
      logOdds: this.#model.heads.map((_, label) => joined(parts.map((part) => part.logOdds[label]!))),
      withheld: parts.flatMap(({ withheld }) => withheld),
    };
  }
}

/** The model that a thread predicts with. */
export function modelOf({ vocabulary, ...rest }: TextScoringTask): TextModel {
  return { ...rest, vocabulary: { ...vocabulary, ngrams: [], index: NgramIndex.of(vocabulary.hashes) } };
}

function taskOf({ vocabulary, ...rest }: TextModel): TextScoringTask {
  const { characterFeatures, inverseDocumentFrequency, hashes } = vocabulary;
  return { ...rest, vocabulary: { characterFeatures, inverseDocumentFrequency, hashes } };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
