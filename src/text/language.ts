import { eld } from "eld/extrasmall";

/** Characters that are looked at: more make no difference to the answer. */
const enough = 100;

const codes = Object.values(eld.info().Languages);
const indexOf = new Map(codes.map((code, index) => [code, index]));

/** Words whose scores are kept; all are forgotten when there are more. */
const mostKnown = 65_536;
const rowOf = new Map<string, number>();
/** Per known word, a row of a score per language. */
const scores = new Float32Array(mostKnown * codes.length);
/** Per language, the score of the text at hand. */
const sums = new Float64Array(codes.length);

/**
 * The ISO 639-1 code of the language that a text is written in, by the Efficient Language Detector's n-grams; null where
 * it is too short or too mixed to tell.
 *
 * Its score of a text is the sum over the text's n-grams, none of which runs across words: the detector is asked once about each
 * word, and the sums of a text's distinct words are added up.
 */
export function languageOf(text: string): string | null {
  const letters = text
    .slice(0, enough)
    .replace(/https?:\S+|[^\p{L}\p{M}'’]+/gu, " ")
    .trim();
  if (letters.length < 3) return null;
  sums.fill(0);
  for (const word of new Set(letters.toLowerCase().split(" "))) {
    const start = (rowOf.get(word) ?? learn(word)) * codes.length;
    for (let language = 0; language < codes.length; language++) sums[language]! += scores[start + language]!;
  }
  let [best, most] = [-1, 0];
  for (let language = 0; language < codes.length; language++) {
    if (sums[language]! > most) [best, most] = [language, sums[language]!];
  }
  return codes[best] ?? null;
}

/** Asks the detector about a word; the row of its scores. */
function learn(word: string): number {
  if (rowOf.size === mostKnown) rowOf.clear();
  const row = rowOf.size;
  rowOf.set(word, row);
  const ofWord = scores.subarray(row * codes.length, (row + 1) * codes.length).fill(0);
  const ngrams = ngramsOf(word);
  for (const [code, score] of Object.entries(eld.detect(word).getScores())) {
    // The detector gives m / (m + a constant), m being the mean over the n-grams.
    ofWord[indexOf.get(code)!] = (ngrams * score) / (1 - score);
  }
  return row;
}

/** How many n-grams the detector reads in a word: four bytes of UTF-8 every three, and the last four. */
function ngramsOf(word: string): number {
  const bytes = Math.min(Buffer.byteLength(word), 70);
  return 1 + Math.max(0, Math.ceil((bytes - 4) / 3));
}
