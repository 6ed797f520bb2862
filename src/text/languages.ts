import { stemmer as german } from "@orama/stemmers/german";
import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as spanish } from "@orama/stemmers/spanish";
import { stemmer as french } from "@orama/stemmers/french";
import { stemmer as italian } from "@orama/stemmers/italian";
import { stemmer as dutch } from "@orama/stemmers/dutch";
import { stemmer as portuguese } from "@orama/stemmers/portuguese";
import { stemmer as romanian } from "@orama/stemmers/romanian";
import { stemmer as swedish } from "@orama/stemmers/swedish";
import { stopwords as germanStopWords } from "@orama/stopwords/german";
import { stopwords as englishStopWords } from "@orama/stopwords/english";
import { stopwords as spanishStopWords } from "@orama/stopwords/spanish";
import { stopwords as frenchStopWords } from "@orama/stopwords/french";
import { stopwords as italianStopWords } from "@orama/stopwords/italian";
import { stopwords as dutchStopWords } from "@orama/stopwords/dutch";
import { stopwords as portugueseStopWords } from "@orama/stopwords/portuguese";
import { stopwords as romanianStopWords } from "@orama/stopwords/romanian";
import { stopwords as swedishStopWords } from "@orama/stopwords/swedish";
import { bare } from "./words.js";

export interface Language {
  /** The word without its inflection, by Snowball's algorithm for the language. */
  stem: (word: string) => string;
  /** Words of grammar, without accents. */
  stopWords: ReadonlySet<string>;
}

/** The languages whose inflection is known, by ISO 639-1 code. Words of others stand as they are. */
export const languages: ReadonlyMap<string, Language> = new Map(
  Object.entries({
    de: language(german, germanStopWords),
    en: language(english, englishStopWords),
    es: language(spanish, spanishStopWords),
    fr: language(french, frenchStopWords),
    it: language(italian, italianStopWords),
    nl: language(dutch, dutchStopWords),
    pt: language(portuguese, portugueseStopWords),
    ro: language(romanian, romanianStopWords),
    sv: language(swedish, swedishStopWords),
  }),
);

function language(stem: (word: string) => string, stopWords: readonly string[]): Language {
  return { stem, stopWords: new Set(stopWords.flatMap((word) => bare(word).split(/[^\p{L}]+/u))) };
}
