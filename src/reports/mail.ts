import type { Cell } from "../result.js";
import type { ChartCell, FigureCell, MetricsCell, TableCell } from "./blocks.js";
import { openContext, type RenderContext, type RenderOptions } from "./context.js";
import { columnIndex, columnKind, countRows, type CellResult, type Results } from "./data.js";
import { expandJoined, type Part } from "./expand.js";
import { data, html, trusted, type Html } from "./html.js";
import { partMarkdown } from "./markdown.js";
import { readTile, tileChange, tileTarget } from "./metrics.js";
import type { Notebook } from "./notebook.js";
import { drawPicture } from "./picture.js";
import { renderProse } from "./prose.js";
import { isComplete } from "./scope.js";
import { countedText } from "./sources.js";

/** A picture that a message carries. */
export interface MailImage {
  /** What `cid:` in the HTML refers to (RFC 2392). */
  cid: string;
  png: Buffer;
}

/** A report as an e-mail message, without its addresses. */
export interface Mail {
  subject: string;
  html: string;
  /** The same as plain text. */
  text: string;
  images: MailImage[];
}

/** Mail programs cut longer ones off. The rest of the report is left out, and the message says so. */
const maxHtmlBytes = 95_000;

/** Rows of a table that a message carries. */
const maxRows = 10;

/** Width of charts in pixels: a telephone shows them at nearly their size. */
const chartWidth = 400;

/**
 * Renders a notebook as a message that mail programs can show: no scripts, no SVG, one column, charts as pictures with
 * alternative texts. The subject is the first finding, else the title.
 *
 * @throws UserError with the place of a path that names nothing
 */
export async function renderMail(
  notebook: Notebook,
  results: Results,
  options: RenderOptions,
): Promise<Mail> {
  const opened = openContext(notebook, results, options);
  // Beside a message lie no other reports.
  const context = { ...opened, scope: { ...opened.scope, linkable: new Set<string>() } };
  const { scope, text, strings } = context;
  const title = text(notebook.title);
  const finding = notebook.findings.find((candidate) => isComplete(candidate[options.locale], scope));
  const images: MailImage[] = [];
  const shown: Html[] = [];
  const said = [title];
  let bytes = 0;
  for (const part of expandJoined(notebook.blocks, scope)) {
    const { markup, image } = await mailPart(part, `chart-${images.length + 1}@ancora`, context);
    bytes += Buffer.byteLength(markup.markup);
    if (bytes > maxHtmlBytes) {
      shown.push(html`<p>${strings.page.mail_rest}</p>`);
      said.push(strings.page.mail_rest);
      break;
    }
    shown.push(markup);
    said.push(part.kind === "chart" ? `[${text(part.alt)}]` : plain(partMarkdown(part, context)));
    if (image) images.push(image);
  }
  return {
    subject: finding ? text(finding) : title,
    html: message(title, shown, context).markup,
    text: `${said.filter((line) => line !== "").join("\n\n")}\n`,
    images,
  };
}

function message(title: string, parts: readonly Html[], context: RenderContext): Html {
  const { strings, run, scope, theme } = context;
  const { paper, ink, muted, rule } = theme.light;
  const style = `body{margin:0;background:${paper};color:${ink};font:16px/1.5 Georgia,serif;overflow-wrap:anywhere;word-break:break-word}
div.page{max-width:${chartWidth + 240}px;margin:0 auto;padding:12px}
h1,h2,h3{line-height:1.2;margin:1.2em 0 .4em}h1{font-size:26px}h2{font-size:20px}h3{font-size:17px}
table{border-collapse:collapse;font:14px/1.4 Arial,sans-serif}th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid ${rule};vertical-align:top}
.n{text-align:right}td.n{white-space:nowrap}.big{font:bold 24px/1.2 Georgia,serif}.s{font:13px/1.4 Arial,sans-serif;color:${muted}}img{max-width:100%;height:auto}`;
  return html`<!doctype html>
    <html lang="${scope.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <div class="page">
          <p class="s">${title} · ${strings.page.as_of} ${scope.write(run.as_of, undefined, "DATE")}</p>
          ${parts}
          <p class="s">${strings.page.run} ${run.id} · ${run.engine}</p>
        </div>
      </body>
    </html> `;
}

async function mailPart(
  part: Part,
  cid: string,
  context: RenderContext,
): Promise<{ markup: Html; image?: MailImage }> {
  if (part.kind === "prose") return { markup: renderProse(part.tokens) };
  if (part.kind === "note") return { markup: html`<blockquote>${renderProse(part.tokens)}</blockquote>` };
  if (part.kind === "metrics") return { markup: captioned(part, metrics(part, context), context) };
  const result = context.scope.results.get(part.result);
  if (!result || result.rows.length === 0) {
    return { markup: captioned(part, html`<p class="s">${context.strings.page.no_rows}</p>`, context) };
  }
  if (part.kind === "table") return { markup: captioned(part, table(part, result, context), context) };
  return chart(part, cid, context);
}

function captioned(cell: FigureCell, body: Html, { text }: RenderContext): Html {
  const { title, subtitle, note } = cell.caption;
  return html`${title && html`<h3>${text(title)}</h3>`}
  ${subtitle && html`<p class="s">${text(subtitle)}</p>`} ${body}
  ${note && html`<p class="s">${text(note)}</p>`}`;
}

async function chart(
  cell: ChartCell,
  cid: string,
  context: RenderContext,
): Promise<{ markup: Html; image?: MailImage }> {
  const picture = await drawPicture(cell, "narrow", chartWidth, context);
  const alternative = context.text(cell.alt);
  if (!picture) return { markup: captioned(cell, html`<p class="s">${alternative}</p>`, context) };
  const img = html`<p><img src="cid:${cid}" alt="${alternative}" width="${chartWidth}" /></p>`;
  return { markup: captioned(cell, img, context), image: { cid, png: picture.png } };
}

function metrics(cell: MetricsCell, context: RenderContext): Html {
  const { scope, strings, text } = context;
  const rows = cell.tiles.map((tile) => {
    const { value, type, interval, previous, target } = readTile(tile, cell.result, context);
    const write = (number: Cell) => data(scope.write(number, tile.format, type));
    const range =
      interval &&
      html`<br /><span class="s"
          >${strings.page.interval} ${write(interval.low)} ${strings.page.to} ${write(interval.high)}</span
        >`;
    const isNumber = typeof value === "number";
    return html`<tr>
      <td>${text(tile.label)}</td>
      <td>
        <span class="big">${write(value)}</span>${range}
        ${isNumber && previous !== undefined && html`<br />${tileChange(value, previous, interval, tile, context)}`}
        ${isNumber && target !== undefined && html`<br />${tileTarget(value, target, interval, tile, context)}`}
        ${tile.note && html`<br /><span class="s">${text(tile.note)}</span>`}
      </td>
    </tr>`;
  });
  return html`<table role="presentation">
    ${rows}
  </table>`;
}

/** Columns that lie side by side on a telephone; rows of more become records, one below the other. */
const maxColumns = 4;

function table(cell: TableCell, result: CellResult, { scope, strings, text }: RenderContext): Html {
  const columns = cell.columns.map(({ field, label, format }) => {
    const index = columnIndex(result.columns, field, scope.locale);
    const type = result.columns[index]?.type ?? "";
    const write = (row: readonly Cell[]) => data(scope.write(row[index] ?? null, format, type));
    return { label: text(label), write, css: columnKind(type) === "number" ? "n" : "" };
  });
  const rows = result.rows.slice(0, Math.min(cell.rows ?? maxRows, maxRows));
  const hidden = countRows(result) - rows.length;
  const body = columns.length > maxColumns ? recordList(columns, rows) : grid(columns, rows);
  return html`${body}${hidden > 0 && html`<p class="s">${countedText(strings, "more_rows", hidden)}</p>`}`;
}

interface MailColumn {
  label: string;
  write: (row: readonly Cell[]) => Html;
  /** `n` for numbers. */
  css: string;
}

function grid(columns: readonly MailColumn[], rows: readonly Cell[][]): Html {
  return html`<table>
    <tr>
      ${columns.map(({ label, css }) => html`<th class="${css}">${label}</th>`)}
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          ${columns.map(({ write, css }) => html`<td class="${css}">${write(row)}</td>`)}
        </tr> `,
    )}
  </table>`;
}

function recordList([first, ...others]: readonly MailColumn[], rows: readonly Cell[][]): Html {
  return html`${rows.map(
    (row) =>
      html`<p>
        <b>${first?.write(row)}</b>
        ${others.map(({ label, write }) => html`<br /><span class="s">${label}</span> ${write(row)}`)}
      </p> `,
  )}`;
}

/** Markdown as people read it in plain text: without the escapes that only a renderer needs. */
function plain(markdown: string): string {
  return markdown
    .replace(/\\([\\`*_[\]|#$~])/g, "$1")
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
