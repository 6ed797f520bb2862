import { z } from "zod";
import { parseYaml } from "../yaml.js";

const hex = z.string().regex(/^#[0-9a-f]{6}$/i, { error: "expected a colour such as `#1a2b3c`" });

const colours = z.strictObject({
  paper: hex,
  ink: hex,
  muted: hex,
  faint: hex,
  rule: hex,
  accent: hex,
  context: hex,
  interval: hex,
  good: hex,
  bad: hex,
});

const fonts = z.string().regex(/^[\w\s,"-]+$/, { error: "expected a list of font names" });

const themeSchema = z.strictObject({
  fonts: z.strictObject({ serif: fonts, sans: fonts, mono: fonts }),
  light: colours,
  dark: colours,
  print: colours,
  /** Colours that marks may name, besides those above: for charts with several series. */
  series: z.array(z.strictObject({ light: hex, dark: hex })).min(1),
  /** Widths in pixels at which each chart is drawn. */
  widths: z.strictObject({ wide: z.int().min(480).max(1200), narrow: z.int().min(240).max(360) }),
});

/** The look of pages and charts, from one file. */
export type Theme = z.infer<typeof themeSchema>;

export type ColourName = keyof z.infer<typeof colours>;

export const colourNames: readonly ColourName[] = z.keyof(colours).options;

/** Reads `reports/theme.yaml`. Throws `UserErrors`. */
export function parseTheme(source: string, file: string): Theme {
  return parseYaml(source, { file }, themeSchema).data;
}

/** Every colour of the theme by the name that marks and styles use. */
export function themeColours(
  { series, ...theme }: Theme,
  paper: "light" | "dark" | "print",
): Record<string, string> {
  const mode = paper === "dark" ? "dark" : "light";
  return {
    ...theme[paper],
    ...Object.fromEntries(series.map((colour, index) => [`series${index + 1}`, colour[mode]])),
  };
}
