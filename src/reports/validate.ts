import { UserError, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import type { ResultColumn } from "../result.js";
import {
  descend,
  type Block,
  type Caption,
  type FieldUse,
  type LocalizedTemplate,
  type QueryCell,
} from "./blocks.js";
import { columnIndex } from "./data.js";
import type { Condition, Expression, Path, Template } from "./expression.js";
import { locales } from "./locale.js";
import type { Notebook } from "./notebook.js";
import { expressionOf } from "./prose.js";
import { fail } from "./queries.js";
import type Token from "markdown-it/lib/token.mjs";

/** Columns of the notebook's results; undefined where the SQL itself is wrong. */
type Tables = ReadonlyMap<string, readonly ResultColumn[] | undefined>;

const runNames = ["id", "as_of", "engine"];

/**
 * Finds SQL that cannot run and paths and fields that name nothing, without running anything.
 *
 * `describe` gives a cell's columns, undefined where they cannot be known; `params` are the names of the pipeline's parameters.
 */
export async function validateNotebook<Query extends QueryCell>(
  notebook: Notebook,
  queries: readonly Query[],
  describe: (query: Query) => Promise<ResultColumn[] | undefined>,
  params: readonly string[] = [],
): Promise<UserError[]> {
  const errors: UserError[] = [];
  const tables = new Map<string, readonly ResultColumn[] | undefined>();
  for (const query of queries) {
    try {
      tables.set(query.name, await describe(query).catch((error: unknown) => fail(query, error)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tables.set(query.name, undefined);
      errors.push(error);
    }
  }
  const groups: Groups = { params: [...Object.keys(notebook.params), ...params], run: runNames };
  const { title, description, findings } = notebook;
  const paths = [
    ...localized(title),
    ...localized(description),
    ...findings.flatMap(localized),
    ...[...descend(notebook.blocks)].flatMap(pathUses),
  ];
  const fields = [...descend(notebook.blocks)].flatMap((block) => ("fields" in block ? block.fields : []));
  return [
    ...errors,
    ...paths.flatMap((use) => pathErrors(use, tables, groups)),
    ...fields.flatMap((use) => fieldErrors(use, tables)),
  ];
}

type Groups = Record<"params" | "run", readonly string[]>;

interface PathUse {
  path: Path;
  place: Place;
  /** Whether the name of a result alone means something here. */
  takesResult: boolean;
}

function pathUses(block: Block): PathUse[] {
  switch (block.kind) {
    case "prose":
      return block.tokens.flatMap(tokenUses);
    case "if":
      return conditionUses(block.condition);
    case "each":
      return [{ path: [block.result], place: block.place, takesResult: true }];
    case "chart":
      return [...captionUses(block.caption), ...localized(block.alt), ...block.texts.flatMap(templateUses)];
    case "table":
      return [...captionUses(block.caption), ...block.columns.flatMap(({ label }) => localized(label))];
    case "metrics":
      return [
        ...captionUses(block.caption),
        ...block.tiles.flatMap(({ label, note }) => [...localized(label), ...localized(note)]),
      ];
    default:
      return [];
  }
}

function tokenUses(token: Token): PathUse[] {
  const expression = expressionOf(token);
  return [...(expression ? [expressionUse(expression)] : []), ...(token.children ?? []).flatMap(tokenUses)];
}

const expressionUse = ({ path, format, place }: Expression): PathUse => ({
  path,
  place,
  takesResult: format?.kind === "count" || format?.kind === "plural",
});

const templateUses = (template: Template): PathUse[] =>
  template.flatMap((part) => (typeof part === "string" ? [] : [expressionUse(part)]));

const localized = (text: LocalizedTemplate | undefined): PathUse[] =>
  text ? locales.flatMap((locale) => templateUses(text[locale])) : [];

const captionUses = ({ title, subtitle, note }: Caption): PathUse[] =>
  [title, subtitle, note].flatMap(localized);

function conditionUses({ comparisons, place }: Condition): PathUse[] {
  return comparisons.flatMap(({ left, right }) =>
    [left, right?.operand].flatMap((operand) =>
      operand && "path" in operand ? [{ path: operand.path, place, takesResult: !right }] : [],
    ),
  );
}

function pathErrors({ path, place, takesResult }: PathUse, tables: Tables, groups: Groups): UserError[] {
  const [name = "", column] = path;
  if (name === "params" || name === "run") {
    if (column !== undefined && groups[name].includes(column)) return [];
    return [
      new UserError(`unknown name \`${path.join(".")}\``, {
        place,
        hint: suggest(column ?? "", groups[name]),
      }),
    ];
  }
  if (column !== undefined || !tables.has(name)) return columnErrors(name, column ?? "", place, tables);
  if (takesResult) return [];
  return [
    new UserError(`\`${name}\` is a table, expected one of its columns`, {
      place,
      hint: `Write \`${name}.column\``,
    }),
  ];
}

function fieldErrors({ result, column, place }: FieldUse, tables: Tables): UserError[] {
  return columnErrors(result, column, place, tables);
}

/** An empty column asks for the table alone. */
function columnErrors(result: string, column: string, place: Place, tables: Tables): UserError[] {
  if (!tables.has(result)) {
    return [
      new UserError(`no cell is named \`${result}\``, {
        place,
        hint: suggest(result, [...tables.keys()]),
      }),
    ];
  }
  const columns = tables.get(result);
  if (!columns || column === "" || locales.every((locale) => columnIndex(columns, column, locale) >= 0))
    return [];
  const missing = locales.filter((locale) => columnIndex(columns, column, locale) < 0);
  if (missing.length < locales.length) {
    const names = missing.map((locale) => `\`${column}_${locale}\``).join(", ");
    return [new UserError(`missing translation: \`${result}\` has no column ${names}`, { place })];
  }
  const names = columns.map(({ name }) => name);
  return [
    new UserError(`\`${result}\` has no column \`${column}\``, { place, hint: suggest(column, names) }),
  ];
}
