import type { Cell } from "../result.js";
import type { MetricsCell, Tile } from "./blocks.js";
import { columnIndex } from "./data.js";
import type { RenderContext } from "./context.js";
import type { Format } from "./format-spec.js";
import { data, html, type Html } from "./html.js";

/** A row of large numbers with their intervals and what changed. */
export function metricTiles(cell: MetricsCell, context: RenderContext): Html {
  return html`<dl class="tiles">${cell.tiles.map((tile) => metricTile(tile, cell.result, context))}</dl>`;
}

function metricTile(tile: Tile, result: string, context: RenderContext): Html {
  const { scope, strings, text } = context;
  const { value, type, interval, previous, target } = readTile(tile, result, context);
  const write = (cell: Cell) => data(scope.write(cell, tile.format, type));
  const isNumber = typeof value === "number";
  return html`<div>
    <dt>${text(tile.label)}</dt>
    <dd class="value">${write(value)}</dd>
    <dd>
      ${
        isNumber &&
        interval &&
        html`${intervalBar(value, interval, { previous, target })}
          <p class="interval">
            ${strings.page.interval} ${write(interval.low)} ${strings.page.to} ${write(interval.high)}
          </p>`
      }
      ${
        isNumber &&
        previous !== undefined &&
        html`<p>${tileChange(value, previous, interval, tile, context)}</p>
          <p class="aside">${strings.page.previous} ${write(previous)}</p>`
      }
      ${isNumber && target !== undefined && html`<p>${tileTarget(value, target, interval, tile, context)}</p>`}
      ${tile.note && html`<p class="aside">${text(tile.note)}</p>`}
    </dd>
  </div> `;
}

interface Interval {
  low: number;
  high: number;
}

/** What a tile shows: its value with the engine's type, and where they are known its interval, previous value and target. */
export function readTile(
  tile: Tile,
  result: string,
  context: RenderContext,
): {
  value: Cell;
  type: string | undefined;
  interval: Interval | undefined;
  previous: number | undefined;
  target: number | undefined;
} {
  const low = readNumber(tile.low, result, context);
  const high = readNumber(tile.high, result, context);
  return {
    ...readFirst(tile.value, result, context),
    interval: low !== undefined && high !== undefined ? { low, high } : undefined,
    previous: readNumber(tile.previous, result, context),
    target: readNumber(tile.target, result, context),
  };
}

function readFirst(
  name: string,
  result: string,
  { scope }: RenderContext,
): { value: Cell; type: string | undefined } {
  const table = scope.results.get(result);
  const index = columnIndex(table?.columns ?? [], name, scope.locale);
  return { value: table?.rows[0]?.[index] ?? null, type: table?.columns[index]?.type };
}

function readNumber(name: string | undefined, result: string, context: RenderContext): number | undefined {
  const value = name === undefined ? null : readFirst(name, result, context).value;
  return typeof value === "number" ? value : undefined;
}

/** An arrow, how much, and whether that is good news; a change inside the interval is said to be noise. */
export function tileChange(
  value: number,
  previous: number,
  interval: Interval | undefined,
  { format, better }: Tile,
  { scope, strings: { page } }: RenderContext,
): Html {
  const difference = value - previous;
  const amount = changeText(difference, previous, format, scope.write, page.points);
  if (!/[1-9]/.test(amount)) return html`<span class="flat">${page.unchanged}</span>`;
  const arrow = html`<span aria-hidden="true">${difference > 0 ? "▲" : "▼"}</span> `;
  if (interval && previous >= interval.low && previous <= interval.high) {
    return html`<span class="flat">${arrow}${data(amount)}, ${page.within_noise}</span>`;
  }
  if (!better) return html`<span class="flat">${arrow}${data(amount)}</span>`;
  const isGood = difference > 0 === (better === "higher");
  return html`<span class="${isGood ? "good" : "bad"}"
    >${arrow}${data(amount)} <small>${isGood ? page.better : page.worse}</small></span
  >`;
}

/** The target, and whether it is reached; one inside the interval is neither reached nor missed for sure. */
export function tileTarget(
  value: number,
  target: number,
  interval: Interval | undefined,
  { format, better }: Tile,
  { scope, strings: { page } }: RenderContext,
): Html {
  const said = html`${page.target} ${data(scope.write(target, format))}`;
  if (!better) return html`<span class="flat">${said}</span>`;
  if (interval && target >= interval.low && target <= interval.high) {
    return html`<span class="flat">${said}, ${page.within_noise}</span>`;
  }
  const isReached = better === "higher" ? value >= target : value <= target;
  return html`<span class="${isReached ? "good" : "bad"}"
    >${said} <small>${isReached ? page.reached : page.missed}</small></span
  >`;
}

/** Money changes by a percentage, percentages by points, everything else by its difference. */
function changeText(
  difference: number,
  previous: number,
  format: Format | undefined,
  write: (value: Cell, format?: Format) => string,
  points: string,
): string {
  const signed = (kind: "number" | "percent", digits: number | undefined): Format => ({
    kind,
    digits,
    signed: true,
    absolute: false,
    compact: false,
  });
  if (format?.kind === "currency" && previous !== 0) {
    return write(difference / Math.abs(previous), signed("percent", 1));
  }
  if (format?.kind === "percent") return `${write(difference * 100, signed("number", 1))} ${points}`;
  const digits = format && "digits" in format ? format.digits : undefined;
  return write(difference, signed("number", digits));
}

/** The interval as a line, the value as a thick tick, the target as a thin one, the previous value as a dashed one. */
function intervalBar(
  value: number,
  { low, high }: Interval,
  { previous, target }: { previous: number | undefined; target: number | undefined },
): Html {
  const all = [value, low, high, ...[previous, target].filter((number) => number !== undefined)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const x = (number: number) => Math.round((4 + (92 * (number - least)) / (most - least || 1)) * 10) / 10;
  const tick = (name: string, number: number, [from, to]: readonly [number, number]) =>
    html`<line class="${name}" x1="${x(number)}" x2="${x(number)}" y1="${from}" y2="${to}" />`;
  return html`<svg class="range" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <line class="axis" x1="0" x2="100" y1="5" y2="5" />
    <line x1="${x(low)}" x2="${x(high)}" y1="5" y2="5" />
    ${previous !== undefined && tick("before", previous, [0, 10])}
    ${target !== undefined && tick("target", target, [0, 10])} ${tick("now", value, [1, 9])}
  </svg>`;
}
