import type Token from "markdown-it/lib/token.mjs";
import type { Block, FigureCell } from "./blocks.js";
import { countRows } from "./data.js";
import { fillProse } from "./prose.js";
import { maxCellRows, tooManyRows } from "./queries.js";
import { holds, linkTarget, writeExpression, type Scope } from "./scope.js";

/** What is left of a notebook's blocks in one language over its results. */
export type Part = { kind: "prose"; tokens: Token[] } | { kind: "note"; tokens: Token[] } | FigureCell;

/** The blocks that this language and these results show: prose with its values filled in, notes and figures. */
export function* expand(blocks: readonly Block[], scope: Scope): Generator<Part> {
  for (const block of blocks) {
    switch (block.kind) {
      case "sql":
        break;
      case "prose":
        yield {
          kind: "prose",
          tokens: fillProse(block.tokens, scope.locale, (expression) => ({
            text: writeExpression(expression, scope),
            target: linkTarget(expression, scope),
          })),
        };
        break;
      case "if":
        yield* expand(holds(block.condition, scope) ? block.body : block.otherwise, scope);
        break;
      case "each": {
        const result = scope.results.get(block.result);
        const count = result ? countRows(result) : 0;
        if (count > maxCellRows) throw tooManyRows("each of", block.result, count, block.place);
        for (let row = 0; row < count; row++) {
          yield* expand(block.body, { ...scope, rows: new Map(scope.rows).set(block.result, row) });
        }
        break;
      }
      case "locale":
        if (block.locale === scope.locale) yield* expand(block.body, scope);
        break;
      case "note": {
        const tokens = [...expand(block.body, scope)].flatMap((part) =>
          part.kind === "prose" ? part.tokens : [],
        );
        if (tokens.length > 0) yield { kind: "note", tokens };
        break;
      }
      default:
        yield block;
    }
  }
}

/** The same with neighbouring prose as one: lists that only the end of a block separates become one list. */
export function* expandJoined(blocks: readonly Block[], scope: Scope): Generator<Part> {
  let tokens: Token[] = [];
  for (const part of expand(blocks, scope)) {
    if (part.kind === "prose") {
      tokens.push(...part.tokens);
      continue;
    }
    if (tokens.length > 0) yield { kind: "prose", tokens: joinLists(tokens) };
    tokens = [];
    yield part;
  }
  if (tokens.length > 0) yield { kind: "prose", tokens: joinLists(tokens) };
}

function joinLists(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (
      last &&
      /^(bullet|ordered)_list_open$/.test(token.type) &&
      last.type === token.type.replace("open", "close")
    ) {
      joined.pop();
    } else joined.push(token);
  }
  return joined;
}
