import type { Locale } from "./locale.js";

const articles = /(?<!\p{L})(il|del|al|dal|nel|sul) $/iu;

/** The text before a value; in Italian its last article is elided where the number begins with a vowel: `l'86%`. */
export function elide(before: string, value: string, locale: Locale): string {
  if (locale !== "it" || !beginsWithVowel(value)) return before;
  return before.replace(articles, (_match, article: string) =>
    /^il$/i.test(article) ? `${article[0] === "I" ? "L" : "l"}'` : `${article}l'`,
  );
}

/** `otto…`, `ottanta…` and `ottocento…`; `undici` and `undicimila`; `l'1%`, but not `il 1º maggio`. */
function beginsWithVowel(value: string): boolean {
  const number = /^\d{1,3}(?:\.\d{3})*/.exec(value)?.[0] ?? "";
  const digits = number.replaceAll(".", "");
  if (digits.startsWith("8")) return true;
  if (digits.startsWith("11")) return digits.length % 3 === 2;
  return digits === "1" && /^\s?[%,]/.test(value.slice(number.length));
}
