/** Longer runs of letters are no words; what is beyond is cut off. */
const longestWord = 40;

/** Text that has nothing to unify. */
const isAscii = /^\p{ASCII}*$/u;

/** Lower case, compatible forms unified (NFKC), accents and zero-width characters left out. */
export function bare(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]+/gu, "")
    .toLowerCase();
}

/** The words and numbers of a text in order, as {@link bare} writes them; English `n't` counts as the word `not`. */
export function wordsOf(text: string): string[] {
  const plain = bare(text.replace(/n['’]t\b/giu, " not"));
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, longestWord));
}
