import type Token from "markdown-it/lib/token.mjs";
import type { Cell, ResultColumn } from "../result.js";
import type { FigureCell, LocalizedTemplate, MetricsCell, TableCell } from "./blocks.js";
import { columnIndex, localColumns, type Results } from "./data.js";
import type { Format } from "./format-spec.js";
import type { Notebook } from "./notebook.js";
import { expand, openScope, type RenderOptions } from "./render.js";
import { writeTemplate, type Scope } from "./scope.js";

/** Rows of a table that the page carries. */
const maxRows = 200;

/** What writes a figure: the scope of its values, and the words of the page. */
interface MarkdownContext {
  scope: Scope;
  strings: RenderOptions["strings"];
  text: (template: LocalizedTemplate) => string;
}

/**
 * Renders a notebook as Markdown (CommonMark with GitHub's tables) in one language: a chart as the table of its data.
 *
 * @throws UserError with the place of a path that names nothing
 */
export function renderMarkdown(notebook: Notebook, results: Results, options: RenderOptions): string {
  const { scope } = openScope(notebook, results, options);
  const text = (template: LocalizedTemplate) => escaped(writeTemplate(template[scope.locale], scope));
  const context = { scope, strings: options.strings, text };
  const parts = [`# ${text(notebook.title)}`];
  for (const part of expand(notebook.blocks, scope)) {
    if (Array.isArray(part)) parts.push(prose(part));
    else if (!("html" in part)) parts.push(figure(part, context));
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Blocks of prose: headings, paragraphs and lists. */
function prose(tokens: readonly Token[]): string {
  const lists: { ordered: boolean; count: number }[] = [];
  let blocks = "";
  let wasInList = false;
  let prefix = "";
  const add = (block: string) => {
    const isInList = lists.length > 0;
    blocks += (blocks === "" ? "" : isInList && wasInList ? "\n" : "\n\n") + prefix + block;
    wasInList = isInList;
  };
  for (const token of tokens) {
    switch (token.type) {
      case "heading_open":
        prefix = `${"#".repeat(Number(token.tag.slice(1)))} `;
        break;
      case "bullet_list_open":
      case "ordered_list_open":
        lists.push({ ordered: token.type === "ordered_list_open", count: 0 });
        break;
      case "bullet_list_close":
      case "ordered_list_close":
        lists.pop();
        break;
      case "list_item_open": {
        const list = lists.at(-1);
        if (list) list.count++;
        prefix = `${"  ".repeat(lists.length - 1)}${list?.ordered ? `${list.count}.` : "-"} `;
        break;
      }
      case "inline":
        add(inline(token.children ?? []));
        prefix = lists.length > 0 ? "  ".repeat(lists.length) : "";
        break;
      case "fence":
      case "code_block":
        add(`\`\`\`${token.info}\n${token.content}\`\`\``);
        break;
    }
    if (lists.length === 0 && token.nesting === -1) prefix = "";
  }
  return blocks;
}

function inline(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      switch (token.type) {
        case "text":
        case "value":
          return escaped(token.content);
        case "code_inline":
          return `\`${token.content}\``;
        case "strong_open":
        case "strong_close":
          return "**";
        case "em_open":
        case "em_close":
          return "*";
        case "link_open":
          return "[";
        case "link_close":
          return "]";
        case "softbreak":
        case "hardbreak":
          return "\n";
        default:
          return "";
      }
    })
    .join("");
}

/** Text that Markdown and HTML leave as it is. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_[\]|#]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function figure(cell: FigureCell, context: MarkdownContext): string {
  const { text } = context;
  const { title, subtitle, note } = cell.caption;
  const parts = [
    title && `**${text(title)}**`,
    subtitle && text(subtitle),
    body(cell, context),
    note && `*${text(note)}*`,
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function body(cell: FigureCell, context: MarkdownContext): string {
  if (cell.kind === "metrics") return tiles(cell, context);
  const result = context.scope.results.get(cell.result) ?? { columns: [], rows: [] };
  if (result.rows.length === 0) return context.strings.page.no_rows;
  const columns =
    cell.kind === "table"
      ? shownColumns(cell, result.columns, context)
      : localColumns(result.columns, context.scope.locale).map(({ index, name, type }) => ({
          index,
          type,
          label: escaped(name),
          format: undefined,
        }));
  const limit = cell.kind === "table" ? (cell.rows ?? maxRows) : maxRows;
  return table(columns, result.rows.slice(0, limit), context);
}

interface ShownColumn {
  index: number;
  type: string;
  label: string;
  format: Format | undefined;
}

function shownColumns(
  { columns }: TableCell,
  found: readonly ResultColumn[],
  { scope, text }: MarkdownContext,
): ShownColumn[] {
  return columns.map(({ field, label, format }) => {
    const index = columnIndex(found, field, scope.locale);
    return { index, type: found[index]?.type ?? "", label: text(label), format };
  });
}

function table(columns: readonly ShownColumn[], rows: readonly Cell[][], { scope }: MarkdownContext): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ label }) => label)),
    line(columns.map(() => "---")),
    ...rows.map((row) =>
      line(columns.map(({ index, type, format }) => escaped(scope.write(row[index] ?? null, format, type)))),
    ),
  ].join("\n");
}

function tiles({ tiles: shown, result }: MetricsCell, { scope, strings, text }: MarkdownContext): string {
  const { columns, rows } = scope.results.get(result) ?? { columns: [], rows: [] };
  const read = (name: string) => {
    const index = columnIndex(columns, name, scope.locale);
    return { value: rows[0]?.[index] ?? null, type: columns[index]?.type };
  };
  return shown
    .map(({ label, value, low, high, format }) => {
      const write = (name: string) => scope.write(read(name).value, format, read(name).type);
      const interval =
        low !== undefined && high !== undefined
          ? ` (${strings.page.interval} ${write(low)} ${strings.page.to} ${write(high)})`
          : "";
      return `- ${text(label)}: ${escaped(write(value) + interval)}`;
    })
    .join("\n");
}
