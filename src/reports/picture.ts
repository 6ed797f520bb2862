import { createRequire } from "node:module";
import type { ChartCell } from "./blocks.js";
import { drawCell, type ChartLayout } from "./chart.js";
import type { RenderContext } from "./context.js";
import { pageSvg } from "./svg.js";
import { themeColours, type Theme } from "./theme.js";

/** A chart as a picture that stands by itself, on light paper. */
export interface Picture {
  svg: string;
  png: Buffer;
}

/** Device pixels for each pixel of the drawing. */
const zoom = 2;

/** Draws a chart cell as a picture, `pixels` wide; undefined when the drawing has no size. */
export async function drawPicture(
  cell: ChartCell,
  layout: ChartLayout,
  pixels: number,
  context: RenderContext,
): Promise<Picture | undefined> {
  const drawing = await drawCell(cell, layout, context, pixels);
  const markup = pageSvg(drawing.svg, "chart", context.text(cell.alt))?.markup;
  if (markup === undefined) return undefined;
  const root = '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arimo, Arial, sans-serif"';
  const svg = inColours(markup, context.theme).replace("<svg", root);
  return { svg, png: await rasterize(svg, context.theme.light.paper) };
}

/** The names of the theme's colours replaced by the colours themselves, as on light paper. */
export function inColours(text: string, theme: Theme): string {
  const colours = themeColours(theme, "light");
  return text.replace(/var\(--([\w-]+)\)/g, (whole, name: string) => colours[name] ?? whole);
}

const require = createRequire(import.meta.url);

/** The widths by which charts are laid out are those of this typeface: pictures are the same on every machine. */
const fontFiles = ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"];

async function rasterize(svg: string, background: string): Promise<Buffer> {
  const { renderAsync } = await import("@resvg/resvg-js");
  const image = await renderAsync(svg, {
    background,
    fitTo: { mode: "zoom", value: zoom },
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles.map((file) => require.resolve(`@expo-google-fonts/arimo/${file}`)),
      defaultFontFamily: "Arimo",
      sansSerifFamily: "Arimo",
    },
  });
  return image.asPng();
}
