import { languages } from "./languages.js";
import { wordsOf } from "./words.js";

/** Per language, the stems of words seen so far; forgotten when there are too many. */
const known = new Map<string, Map<string, string>>();
const mostKnown = 200_000;

/**
 * The stems of a text's words in order, parted by blanks, so that `contains` and `string_split` find inflected forms of a
 * phrase: "Le consegne" and "la consegna" both hold the stem "consegn".
 *
 * @param code ISO 639-1; of a language without a stemmer the words themselves are given
 */
export function stemsOf(text: string, code: string): string {
  const language = languages.get(code);
  const words = wordsOf(text);
  if (!language) return words.join(" ");
  let stems = known.get(code);
  if (!stems || stems.size > mostKnown) known.set(code, (stems = new Map<string, string>()));
  const cache = stems;
  return words
    .map((word) => {
      let stem = cache.get(word);
      if (stem === undefined) cache.set(word, (stem = language.stem(word)));
      return stem;
    })
    .join(" ");
}

/** Whether a word belongs to grammar rather than to what is said; false where the language is not known. */
export function isStopWord(word: string, code: string): boolean {
  const [plain = ""] = wordsOf(word);
  return languages.get(code)?.stopWords.has(plain) ?? false;
}
