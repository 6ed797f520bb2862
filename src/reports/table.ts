import type { Cell } from "../result.js";
import { columnIndex, columnKind, countRows, localColumns, type CellResult } from "./data.js";
import type { TableCell, TableColumn } from "./blocks.js";
import { commonDigits } from "./format.js";
import type { RenderContext } from "./context.js";
import type { Format } from "./format-spec.js";
import { data, html, type Html } from "./html.js";
import { countedText } from "./sources.js";

/** Rows of a chart's data that the page carries. */
const maxDataRows = 200;

/** The result behind a chart, folded. */
export function dataTable(name: string, context: RenderContext): Html {
  const { scope, strings, terms } = context;
  const result = scope.results.get(name) ?? { columns: [], rows: [] };
  const columns = localColumns(result.columns, scope.locale).map(
    ({ index, name: column, type }): ShownColumn => ({
      index,
      label: Object.hasOwn(terms, column) ? (terms[column] ?? column) : column,
      type,
      format: columnKind(type) === "number" ? plainNumbers(result, index) : undefined,
      largest: undefined,
    }),
  );
  return html`<details>
    <summary>${strings.page.data_table}</summary>
    ${table(columns, result, maxDataRows, strings.page.data_table, context)}
  </details>`;
}

function plainNumbers({ rows }: CellResult, index: number): Format {
  const digits = commonDigits(rows.flatMap((row) => (typeof row[index] === "number" ? row[index] : [])));
  return { kind: "number", digits, signed: false, absolute: false, compact: false };
}

/** The table of a `table` cell. */
export function figureTable(cell: TableCell, context: RenderContext): Html {
  const { scope, text, strings } = context;
  const result = scope.results.get(cell.result) ?? { columns: [], rows: [] };
  const columns = cell.columns.map((column) => shownColumn(column, result, context));
  const label = cell.caption.title ? text(cell.caption.title) : strings.page.data_table;
  return table(columns, result, cell.rows ?? maxDataRows, label, context);
}

interface ShownColumn {
  index: number;
  label: string;
  type: string;
  format: Format | undefined;
  /** The number as long as the longest bar; undefined without bars. */
  largest: number | undefined;
}

function shownColumn(column: TableColumn, result: CellResult, { scope, text }: RenderContext): ShownColumn {
  const index = columnIndex(result.columns, column.field, scope.locale);
  const sizes = result.rows.map((row) => Math.abs(Number(row[index]) || 0));
  return {
    index,
    label: text(column.label),
    type: result.columns[index]?.type ?? "",
    format: column.format,
    largest: column.bar ? sizes.reduce((largest, size) => Math.max(largest, size), 0) : undefined,
  };
}

function table(
  columns: readonly ShownColumn[],
  result: CellResult,
  limit: number,
  label: string,
  { scope, strings }: RenderContext,
): Html {
  const hidden = countRows(result) - Math.min(limit, result.rows.length);
  const cell = (
    { index, type, format, largest }: ShownColumn,
    row: readonly Cell[],
    position: number,
  ): Html => {
    const value = row[index] ?? null;
    const text = scope.write(value, format, type);
    const written = data(text);
    const name = kindClass(type, text);
    const bar =
      largest !== undefined && typeof value === "number" && shareBar(Math.abs(value) / (largest || 1));
    if (position === 0) return html`<th scope="row" ${name && html` class="${name}"`}>${written}</th>`;
    return html`<td${name && html` class="${name}"`}>${bar ? html`<div class="barred">${bar}${written}</div>` : written}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table>
        <thead>
          <tr>
            ${columns.map(({ label: head, type }) => html`<th scope="col" ${columnKind(type) === "number" && html` class="number"`}>${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${result.rows.slice(0, limit).map(
            (row) =>
              html`<tr>
                ${columns.map((column, position) => cell(column, row, position))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${hidden > 0 && html`<p class="source">${countedText(strings, "more_rows", hidden)}</p>`}`;
}

/** Dates keep to one line; on a telephone a column is wide enough for a few words, and wider for a sentence. */
function kindClass(type: string, text: string): string | undefined {
  const kind = columnKind(type);
  if (kind === "number" || kind === "date") return kind;
  if (text.length > 60) return "sentence";
  return text.length > 16 ? "words" : undefined;
}

function shareBar(share: number): Html {
  const width = Math.round(share * 1000) / 10;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect width="${width}" height="10" />
  </svg>`;
}
