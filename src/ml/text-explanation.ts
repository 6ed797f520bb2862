import type { Span } from "./ngrams.js";
import { denseValues, probabilityOf, missingGround, standardiseRow } from "./text-prediction.js";
import type { DenseFeatures } from "./standardisation.js";
import type { LabelHead, NoGround, TextModel } from "./text-model.js";
import { TextVectoriser } from "./text-vectoriser.js";

/** What a word of the text, or a dense feature, adds to the log-odds before calibration. */
export interface Contribution {
  name: string;
  contribution: number;
}

/** Why a text got its probability: `intercept` and all contributions add up to `logOdds`. */
export interface TextExplanation {
  /** NaN for a text without ground. */
  probability: number;
  withheld: NoGround | null;
  /** Before calibration. */
  logOdds: number;
  intercept: number;
  /** Per distinct token of the text, the largest in size first. */
  words: Contribution[];
  /** Per dense feature, against a row at the training mean; the largest in size first. */
  dense: Contribution[];
}

/**
 * Explains one prediction of one label. An n-gram's contribution is shared by its occurrences in the text, and by the
 * tokens under each occurrence, by the number of characters that they have in it.
 *
 * @param dense one row of the model's dense features.
 */
export function explainText(
  model: TextModel,
  head: LabelHead,
  text: string | null,
  dense?: DenseFeatures,
): TextExplanation {
  const vectoriser = new TextVectoriser(model.vocabulary);
  vectoriser.read(text ?? "");
  const words = wordContributions(model, head, vectoriser);
  const denseContributions = Array.from(
    standardiseRow(model, denseValues(model, 1, dense), 0),
    (value, feature) => ({
      name: model.dense.names[feature]!,
      contribution: value * head.denseWeights[feature]!,
    }),
  );
  const logOdds = [...words, ...denseContributions].reduce(
    (sum, { contribution }) => sum + contribution,
    head.intercept,
  );
  const withheld = missingGround(model, vectoriser);
  return {
    probability: withheld ? NaN : probabilityOf(head, logOdds),
    withheld,
    logOdds,
    intercept: head.intercept,
    words: largestFirst(words),
    dense: largestFirst(denseContributions),
  };
}

function wordContributions(model: TextModel, head: LabelHead, vectoriser: TextVectoriser): Contribution[] {
  const { reader } = vectoriser;
  const perOccurrence = new Map<number, number>();
  for (let position = 0; position < vectoriser.size; position++) {
    const feature = vectoriser.features[position]!;
    const contribution = vectoriser.values[position]! * head.ngramWeights[feature]!;
    perOccurrence.set(feature, contribution / vectoriser.count(feature));
  }
  const tokens = reader.tokens();
  const ofToken = new Float64Array(tokens.length);
  let first = 0;
  reader.spans().forEach((span, position) => {
    if (position === reader.characterNgramCount) first = 0;
    const contribution = perOccurrence.get(model.vocabulary.index.find(reader.hashes[position]!));
    while (tokens[first]!.end <= span.start) first++;
    if (contribution !== undefined) share(contribution, span, tokens, first, ofToken);
  });
  const ofWord = new Map<string, number>();
  tokens.forEach((token, index) => {
    const word = reader.slice(token);
    ofWord.set(word, (ofWord.get(word) ?? 0) + ofToken[index]!);
  });
  return Array.from(ofWord, ([name, contribution]) => ({ name, contribution }));
}

/** Adds shares of a contribution to the tokens that overlap a span, `first` being the first that may. */
function share(
  contribution: number,
  span: Span,
  tokens: readonly Span[],
  first: number,
  ofToken: Float64Array,
): void {
  const overlap = ({ start, end }: Span): number => Math.min(end, span.end) - Math.max(start, span.start);
  let characters = 0;
  let last = first;
  for (; last < tokens.length && tokens[last]!.start < span.end; last++) characters += overlap(tokens[last]!);
  for (let token = first; token < last; token++) {
    ofToken[token]! += (contribution * overlap(tokens[token]!)) / characters;
  }
}

function largestFirst(contributions: readonly Contribution[]): Contribution[] {
  return contributions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}
