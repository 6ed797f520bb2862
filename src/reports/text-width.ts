/** Widths of the characters from space to tilde in Arial and its metric twins, in hundredths of the font size. */
const widths = (
  "28 28 35 56 56 89 67 19 33 33 39 58 28 33 28 28 56 56 56 56 56 56 56 56 56 56 28 28 58 58 58 56 102 67 67 72 72 67 " +
  "61 78 72 28 50 67 56 83 72 78 67 78 72 67 61 72 67 94 67 67 61 28 28 28 47 56 33 56 56 50 56 56 28 56 56 22 22 50 " +
  "22 83 56 56 56 56 33 50 28 56 50 72 50 50 50 33 26 33 58"
)
  .split(" ")
  .map(Number);

/** Estimated width of text in pixels. */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  let hundredths = 0;
  for (const character of text.normalize("NFD")) {
    const code = character.codePointAt(0) ?? 0;
    if (/\p{M}/u.test(character)) continue;
    hundredths += widths[code - 32] ?? (code < 0x2e80 ? 58 : 100);
  }
  return (hundredths / 100) * fontSize * (isBold ? 1.07 : 1);
}

/** The text mark or label that Vega measures. */
interface TextItem {
  text?: unknown;
  fontSize?: number;
  fontWeight?: string | number;
  limit?: number;
}

/**
 * How Vega measures text, on the server and in the page alike, so that a live chart lies where the still one lay.
 *
 * The width of a whole text or line is capped at its limit, where Vega cuts it; parts of it are measured to find the cut.
 */
export function itemWidth(item: TextItem, text: string): number {
  const isBold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  const width = textWidth(text, item.fontSize ?? 11, isBold);
  const lines: readonly unknown[] = Array.isArray(item.text) ? item.text : [item.text];
  const isWhole = lines.some((line) => typeof line === "string" && line.trim() === text);
  return isWhole && item.limit ? Math.min(width, item.limit) : width;
}
