import { z } from "zod";
import { UserError, type Place } from "../errors.js";
import { parseYaml, type Yaml, type YamlPath } from "../yaml.js";
import type { Block, FieldUse, MetricsCell, QueryCell, TableCell } from "./blocks.js";
import { captionShape, parseCaption } from "./caption.js";
import { parseChart } from "./chart-cell.js";
import { parseFormat, type Format } from "./format-spec.js";
import { localizedTemplate, localizedText, optionalTemplate } from "./localized.js";

const cellKinds = ["sql", "vega-lite", "table", "metrics"] as const;

type CellKind = (typeof cellKinds)[number];

export const isCellKind = (name: string): name is CellKind => cellKinds.some((kind) => kind === name);

/** Parses the body of a fenced cell whose fence stands at `fence`. Throws `UserError` or `UserErrors`. */
export function parseCell(kind: CellKind, name: string, body: string, fence: Place): Block {
  const start = { file: fence.file, line: (fence.line ?? 1) + 1 };
  if (kind === "vega-lite") {
    if (name !== "")
      throw new UserError("a vega-lite cell has no name", { place: fence, hint: "Write `data: NAME` in it" });
    return parseChart(body, start, fence);
  }
  if (!/^[a-z_]\w*$/i.test(name) || name === "params" || name === "run") {
    throw new UserError(
      name === "" ? `this ${kind} cell has no name` : `\`${name}\` cannot be a cell's name`,
      {
        place: fence,
        hint:
          kind === "sql"
            ? "name its result: ```sql headline"
            : `name the cell whose result it shows: \`\`\`${kind} headline`,
      },
    );
  }
  if (kind === "sql") return parseQuery(name, body, start, fence);
  return kind === "table" ? parseTable(name, body, start, fence) : parseMetrics(name, body, start, fence);
}

function parseQuery(name: string, body: string, start: Place, fence: Place): QueryCell {
  const sql = body.trim().replace(/;+$/, "");
  if (sql === "") throw new UserError(`the sql cell \`${name}\` is empty`, { place: fence });
  return { kind: "sql", name, sql: body.trimEnd().replace(/;+$/, ""), place: start };
}

const tableSchema = z.strictObject({
  ...captionShape,
  columns: z
    .array(
      z.strictObject({
        field: z.string(),
        label: localizedText,
        format: z.string().optional(),
        bar: z.boolean().default(false),
      }),
    )
    .min(1),
  rows: z.int().positive().optional(),
});

function parseTable(result: string, body: string, start: Place, fence: Place): TableCell {
  const yaml = parseYaml(body, start, tableSchema);
  const { columns, rows, ...caption } = yaml.data;
  const fields: FieldUse[] = columns.map(({ field }, index) => ({
    result,
    column: field,
    place: yaml.placeOf(["columns", index, "field"]),
  }));
  return {
    kind: "table",
    result,
    columns: columns.map(({ field, label, format, bar }, index) => ({
      field,
      label: localizedTemplate(label, yaml, ["columns", index, "label"]),
      format: optionalFormat(format, yaml, ["columns", index, "format"]),
      bar,
    })),
    rows,
    caption: parseCaption(caption, yaml),
    fields,
    place: fence,
  };
}

const metricsSchema = z.strictObject({
  ...captionShape,
  tiles: z
    .array(
      z
        .strictObject({
          label: localizedText,
          value: z.string(),
          format: z.string().optional(),
          low: z.string().optional(),
          high: z.string().optional(),
          previous: z.string().optional(),
          target: z.string().optional(),
          better: z.enum(["higher", "lower"]).optional(),
          note: localizedText.optional(),
        })
        .refine(({ low, high }) => (low === undefined) === (high === undefined), {
          error: "an interval needs both `low` and `high`",
        }),
    )
    .min(1),
});

function parseMetrics(result: string, body: string, start: Place, fence: Place): MetricsCell {
  const yaml = parseYaml(body, start, metricsSchema);
  const { tiles, ...caption } = yaml.data;
  const keys = ["value", "low", "high", "previous", "target"] as const;
  const fields: FieldUse[] = tiles.flatMap((tile, index) =>
    keys.flatMap((key) => {
      const column = tile[key];
      return column === undefined ? [] : [{ result, column, place: yaml.placeOf(["tiles", index, key]) }];
    }),
  );
  return {
    kind: "metrics",
    result,
    tiles: tiles.map(({ label, value, format, low, high, previous, target, better, note }, index) => ({
      label: localizedTemplate(label, yaml, ["tiles", index, "label"]),
      value,
      format: optionalFormat(format, yaml, ["tiles", index, "format"]),
      low,
      high,
      previous,
      target,
      better,
      note: optionalTemplate(note, yaml, ["tiles", index, "note"]),
    })),
    caption: parseCaption(caption, yaml),
    fields,
    place: fence,
  };
}

function optionalFormat(format: string | undefined, yaml: Yaml<unknown>, path: YamlPath): Format | undefined {
  return format === undefined ? undefined : parseFormat(format, yaml.placeOf(path));
}
