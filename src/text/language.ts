import { eld } from "eld/extrasmall";

/** Characters that are looked at: more make no difference to the answer. */
const enough = 100;

/**
 * The ISO 639-1 code of the language that a text is written in, by the Efficient Language Detector's n-grams; null where
 * it is too short or too mixed to tell.
 */
export function languageOf(text: string): string | null {
  const letters = text
    .slice(0, enough)
    .replace(/https?:\S+|[^\p{L}\p{M}'’]+/gu, " ")
    .trim();
  if (letters.length < 3) return null;
  const { language } = eld.detect(letters);
  return language === "" ? null : language;
}
