import MarkdownIt from "markdown-it";
import type { RuleInline } from "markdown-it/lib/parser_inline.mjs";
import Token from "markdown-it/lib/token.mjs";
import { UserError, type Place } from "../errors.js";
import { elide } from "./elision.js";
import { parseExpression, type Expression } from "./expression.js";
import { data, html, type Html, trusted } from "./html.js";
import type { Locale } from "./locale.js";

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable("image");

/** `{{ path | format }}` in running text. */
const value: RuleInline = (state, silent) => {
  const match = /^\{\{(.*?)\}\}/s.exec(state.src.slice(state.pos, state.posMax));
  if (!match) return false;
  if (!silent) state.push("value", "", 0).content = match[1] ?? "";
  state.pos += match[0].length;
  return true;
};
markdown.inline.ruler.before("text", "value", value);
markdown.renderer.rules.value = (tokens, index) => {
  const token = tokens[index];
  const text = data(token?.content ?? "");
  const target = token?.attrGet("href");
  return (target ? html`<a href="${target}">${text}</a>` : text).markup;
};

/** What a `value` token carries until the page is rendered. */
interface ValueMeta {
  expression: Expression;
}

/** Parses Markdown that begins at `start`; values that cannot be read are added to `errors`. */
export function parseProse(source: string, start: Place, errors: UserError[]): Token[] {
  const tokens = markdown.parse(source, {});
  const placeOf = (line: number): Place => ({ file: start.file, line: (start.line ?? 1) + line });
  let line = 0;
  for (const token of tokens) {
    line = token.map?.[0] ?? line;
    let childLine = line;
    for (const child of token.children ?? []) {
      const place = placeOf(childLine);
      if (child.type === "softbreak" || child.type === "hardbreak") childLine++;
      else if (child.type === "value") attachExpression(child, place, errors);
      else if (child.attrGet("href")?.includes("%7B%7B")) {
        errors.push(new UserError("a value cannot be the target of a link", { place }));
      }
    }
  }
  return tokens;
}

function attachExpression(token: Token, place: Place, errors: UserError[]): void {
  try {
    token.meta = { expression: parseExpression(token.content, place) } satisfies ValueMeta;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    errors.push(error);
  }
}

/** The expression of a `value` token. */
export function expressionOf(token: Token): Expression | undefined {
  const meta = token.meta as ValueMeta | null;
  return token.type === "value" ? meta?.expression : undefined;
}

/** Copies of tokens with every value written out, and linked where it has a target. */
export function fillProse(
  tokens: readonly Token[],
  locale: Locale,
  write: (expression: Expression) => { text: string; target: string | undefined },
): Token[] {
  let before: Token | undefined;
  return tokens.map((token) => {
    const copy = Object.assign(new Token(token.type, token.tag, token.nesting), token);
    const expression = expressionOf(token);
    if (expression) {
      const { text, target } = write(expression);
      copy.content = text;
      if (before?.type === "text") before.content = elide(before.content, text, locale);
      if (target !== undefined) copy.attrs = [["href", target]];
    }
    if (token.children) copy.children = fillProse(token.children, locale, write);
    before = copy;
    return copy;
  });
}

/** Renders prose as HTML. */
export function renderProse(tokens: readonly Token[]): Html {
  return trusted(markdown.renderer.render([...tokens], markdown.options, {}));
}

/** Whether Markdown says something in words, not only through values and markup. */
export function hasWords(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token) => (token.type === "text" && /\p{L}/u.test(token.content)) || hasWords(token.children ?? []),
  );
}
