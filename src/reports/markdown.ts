import type Token from "markdown-it/lib/token.mjs";
import type { Cell, ResultColumn } from "../result.js";
import type { FigureCell, LocalizedTemplate, MetricsCell, TableCell } from "./blocks.js";
import { columnIndex, localColumns, type Results } from "./data.js";
import type { Format } from "./format-spec.js";
import type { Notebook } from "./notebook.js";
import { openContext, type RenderContext, type RenderOptions } from "./context.js";
import { expandJoined, type Part } from "./expand.js";

/** Rows of a table that the page carries. */
const maxRows = 200;

/**
 * Renders a notebook as Markdown (CommonMark with GitHub's tables) in one language: a chart as the table of its data.
 *
 * @throws UserError with the place of a path that names nothing
 */
export function renderMarkdown(notebook: Notebook, results: Results, options: RenderOptions): string {
  const context = openContext(notebook, results, options);
  const parts = [...expandJoined(notebook.blocks, context.scope)].map((part) => partMarkdown(part, context));
  const title = `# ${said(notebook.title, context)}`;
  return `${[title, ...parts].filter((part) => part !== "").join("\n\n")}\n`;
}

/** One part of a notebook as Markdown. */
export function partMarkdown(part: Part, context: RenderContext): string {
  if (part.kind === "prose") return prose(part.tokens);
  if (part.kind === "note") return prose(part.tokens).replace(/^/gm, "> ");
  return figure(part, context);
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
          return quoteMarkdown(token.content);
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

/** Text that Markdown, HTML and formulas in dollars leave as it is; addresses in it do not become links. */
export function quoteMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_[\]|#$~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replace(/:(?=\/\/)/g, "&#58;")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`);
}

const said = (template: LocalizedTemplate, { text }: RenderContext): string => quoteMarkdown(text(template));

function figure(cell: FigureCell, context: RenderContext): string {
  const { title, subtitle, note } = cell.caption;
  const parts = [
    title && `**${said(title, context)}**`,
    subtitle && said(subtitle, context),
    body(cell, context),
    note && `*${said(note, context)}*`,
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function body(cell: FigureCell, context: RenderContext): string {
  if (cell.kind === "metrics") return tiles(cell, context);
  const result = context.scope.results.get(cell.result) ?? { columns: [], rows: [] };
  if (result.rows.length === 0) return context.strings.page.no_rows;
  const columns =
    cell.kind === "table"
      ? shownColumns(cell, result.columns, context)
      : localColumns(result.columns, context.scope.locale).map(({ index, name, type }) => ({
          index,
          type,
          label: quoteMarkdown(name),
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
  context: RenderContext,
): ShownColumn[] {
  return columns.map(({ field, label, format }) => {
    const index = columnIndex(found, field, context.scope.locale);
    return { index, type: found[index]?.type ?? "", label: said(label, context), format };
  });
}

function table(columns: readonly ShownColumn[], rows: readonly Cell[][], { scope }: RenderContext): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ label }) => label)),
    line(columns.map(() => "---")),
    ...rows.map((row) =>
      line(
        columns.map(({ index, type, format }) =>
          quoteMarkdown(scope.write(row[index] ?? null, format, type)),
        ),
      ),
    ),
  ].join("\n");
}

function tiles({ tiles: shown, result }: MetricsCell, context: RenderContext): string {
  const { scope, strings } = context;
  const { columns, rows } = scope.results.get(result) ?? { columns: [], rows: [] };
  const read = (name: string) => {
    const index = columnIndex(columns, name, scope.locale);
    return { value: rows[0]?.[index] ?? null, type: columns[index]?.type };
  };
  return shown
    .map(({ label, value, low, high, target, format }) => {
      const write = (name: string) => scope.write(read(name).value, format, read(name).type);
      const interval =
        low !== undefined && high !== undefined
          ? ` (${strings.page.interval} ${write(low)} ${strings.page.to} ${write(high)})`
          : "";
      const aim = target === undefined ? null : read(target).value;
      const aimed = aim === null ? "" : `, ${strings.page.target} ${scope.write(aim, format)}`;
      return `- ${said(label, context)}: ${quoteMarkdown(write(value) + interval + aimed)}`;
    })
    .join("\n");
}
