import { textWidth } from "./text-width.js";

/** The name under which Vega knows {@link labelLines}. */
export const labelLinesName = "notebookLines";

/** Breaks a chart's label between words where it is wider than `width` pixels; beyond three lines Vega cuts it. */
export function labelLines(label: unknown, width: unknown): unknown {
  if (typeof label !== "string" || typeof width !== "number" || textWidth(label, 12) <= width) return label;
  const lines: string[] = [];
  for (const word of label.split(" ")) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    const fits = line !== undefined && (lines.length === 3 || textWidth(longer, 12) <= width);
    if (fits) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
