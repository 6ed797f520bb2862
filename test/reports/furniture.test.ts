import { describe, expect, it } from "vitest";
import { UserErrors } from "../../src/errors.js";
import { parseStrings, parseTheme } from "../../src/reports/index.js";
import { strings, theme } from "./world.js";

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(["light", "dark", "print"] as const)("the theme on %s paper", (mode) => {
  const colours = theme[mode];

  it.each(["ink", "muted", "accent", "good", "bad"] as const)("can be read in %s (4.5 : 1)", (name) => {
    expect(contrast(colours[name], colours.paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours.ink, colours.faint)).toBeGreaterThanOrEqual(4.5);
  });

  it("shows marks, and intervals on them (3 : 1)", () => {
    for (const mark of [colours.accent, colours.context]) {
      expect(contrast(mark, colours.paper)).toBeGreaterThanOrEqual(3);
      expect(contrast(colours.interval, mark)).toBeGreaterThanOrEqual(3);
    }
    for (const series of theme.series) {
      expect(contrast(mode === "dark" ? series.dark : series.light, colours.paper)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("parseTheme", () => {
  it("refuses what is no colour, with its place", () => {
    const source = 'fonts: { serif: a, sans: b, mono: c }\nlight: { paper: "url(x)" }\n';
    try {
      parseTheme(source, "theme.yaml");
      expect.unreachable();
    } catch (error) {
      expect(error instanceof UserErrors && error.describe()).toContain(
        "theme.yaml:2:17: light.paper: expected a colour such as `#1a2b3c`",
      );
    }
  });
});

describe("the locale files", () => {
  it("know the same words for codes", () => {
    expect(Object.keys(strings.it.terms).sort()).toEqual(Object.keys(strings.en.terms).sort());
  });

  it("lack no word of the page", () => {
    expect(() => parseStrings("tag: it-IT\npage: {}\n", "it.yaml")).toThrow(UserErrors);
  });
});
