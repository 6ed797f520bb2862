/** Markup that is safe to put into a page: made by {@link html} alone, or vouched for by {@link trusted}. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

type Part = Html | readonly Part[] | string | number | null | undefined | false;

/**
 * The one place where text becomes HTML: every interpolated string is cleaned and escaped.
 *
 * Indentation of the template itself is dropped.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((string, index) => string.replace(/\n\s*/g, "\n") + markup(parts[index])).join(""),
  );
}

/** Markup of our own making (the style sheet, a cleaned SVG, Markdown rendered without HTML). Never data. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Text that came out of data, isolated so that its writing direction cannot reorder what stands around it. */
export function data(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

function markup(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "object") return part.map(markup).join("");
  return escape(clean(String(part)));
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");

// Control characters (but tab and line feed), zero-width characters and joiners, directional marks, embeddings,
// overrides and isolates, invisible operators, interlinear annotations, tag characters.
const invisible =
  /[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text without characters that hide or reorder others; unpaired surrogates become U+FFFD. */
export function clean(text: string): string {
  return text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(invisible, (character) => (character === "\t" || character === "\n" ? character : ""));
}
