import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locale } from "../reports/index.js";
import { identifier, literal, type Column } from "../warehouse/engine.js";
import { readFurniture } from "./furniture.js";
import type { ModelSpec } from "./model-spec.js";
import type { AboutVersion } from "./model-version.js";
import type { RunContext } from "./stage.js";

/** A model card's notebook: the project's own, else the one that comes with the program. */
const notebookFile = "reports/model_card.md";

/** What a card is made of. */
export interface CardSources {
  spec: ModelSpec;
  about: Omit<AboutVersion, "files">;
}

/** Name of a model card in a version's folder. */
export function cardFile(locale: Locale, format: "html" | "md"): string {
  return locale === "en" ? `card.${format}` : `card.${locale}.${format}`;
}

/** Writes a version's model card (Mitchell et al. 2019) as self-contained pages and as Markdown, in every language. */
export async function writeModelCards(run: RunContext, sources: CardSources, folder: string): Promise<void> {
  const reports = await import("../reports/index.js");
  const { notebookQueries, parseNotebook, parseStrings, parseTheme, queryCells } = reports;
  await insertTables(run, sources);
  const read = (name: string) => readFurniture(name, run.project);
  const notebook = parseNotebook(read(notebookFile), notebookFile, read);
  const results = await queryCells(notebookQueries(notebook), ({ sql }) => run.session.query(sql));
  const theme = parseTheme(read("reports/theme.yaml"), "reports/theme.yaml");
  for (const locale of reports.locales) {
    const strings = `reports/locales/${locale}.yaml`;
    const options = {
      locale,
      strings: parseStrings(read(strings), strings),
      theme,
      currency: "EUR",
      timeZone: "UTC",
      run: { id: sources.about.version, as_of: sources.about.trained_as_of, engine: run.engine },
    };
    const { html } = await reports.renderNotebook(notebook, results, options);
    await writeFile(join(folder, cardFile(locale, "html")), html);
    await writeFile(join(folder, cardFile(locale, "md")), reports.renderMarkdown(notebook, results, options));
  }
}

/** The tables that the card's notebook reads, as temporary ones of the stage's connection. */
async function insertTables(run: RunContext, { spec, about }: CardSources): Promise<void> {
  const { session } = run;
  await session.insert("card_model", aboutColumns(spec, about));
  await session.insert("card_metrics", [
    texts("metric", about.metrics, ({ metric }) => metric),
    ...interval(about.metrics),
  ]);
  await session.insert("card_drivers", [
    texts("feature", about.drivers, ({ feature }) => feature),
    ...interval(about.drivers.map((driver) => ({ ...driver, value: driver.importance }))),
    numbers("direction", about.drivers, ({ direction }) => direction),
  ]);
  await session.insert("card_groups", [
    texts("column_name", about.groups, ({ column_name }) => column_name),
    texts("level", about.groups, ({ level }) => level),
    numbers("rows", about.groups, ({ rows }) => rows),
    texts("metric", about.groups, ({ metric }) => metric),
    ...interval(about.groups),
  ]);
  const tenths = about.deciles.filter(({ rows }) => rows > 0);
  await session.insert("card_deciles", [
    numbers("decile", tenths, ({ decile }) => decile),
    numbers("rows", tenths, ({ rows }) => rows),
    numbers("positives", tenths, ({ positives }) => positives),
    numbers("predicted", tenths, ({ mean_probability }) => mean_probability),
  ]);
  await session.insert("card_features", [texts("feature", about.features, (feature) => feature)]);
  await session.execute(`create or replace temp table card_population as ${population(spec, about)}`);
}

/** Who was asked and who was left out, on the date that the model is measured on. */
function population({ population: table }: ModelSpec, { validated_from }: CardSources["about"]): string {
  if (table === undefined) {
    return `select null::varchar as "group", null::varchar as reason, null::bigint as customers limit 0`;
  }
  return `select "group", reason, sum(customers)::bigint as customers from ${identifier(table)}
    where as_of = ${literal(validated_from.slice(0, 10))}::date group by all order by all`;
}

function aboutColumns(spec: ModelSpec, about: CardSources["about"]): Column[] {
  const { card, label, words, promotion } = spec;
  const values: Record<string, string | number | null> = {
    model: about.model,
    version: about.version,
    kind: spec.kind,
    description: spec.description ?? null,
    intended_use_en: card?.intended_use.en ?? null,
    intended_use_it: card?.intended_use.it ?? null,
    caveats_en: card?.caveats?.en ?? null,
    caveats_it: card?.caveats?.it ?? null,
    row_words: words.rows,
    positive_words: words.positive,
    features_table: spec.features.table,
    label_table: label.table,
    label_column: label.column,
    horizon_days: spec.kind === "tabular" ? (spec.horizon_days ?? null) : null,
    snapshots: about.snapshots.length,
    first_snapshot: about.snapshots[0] ?? null,
    last_snapshot: about.snapshots.at(-1) ?? null,
    validated_from: about.validated_from.slice(0, 10),
    rows: about.rows,
    unlabelled_rows: about.unlabelled_rows,
    train_rows: about.train_rows,
    train_positives: about.train_positives,
    validation_rows: about.validation_rows,
    validation_positives: about.validation_positives,
    features: about.features.length,
    seed: String(about.seed),
    backend: about.backend,
    engine: about.engine,
    program: about.code.version,
    code: about.code.hash,
    data: Object.entries(about.data)
      .map(([table, hash]) => `${table} ${hash}`)
      .join(", "),
    command: [
      `ancora train ${about.model}`,
      ...Object.entries(about.parameters).map(([name, value]) => `--param ${name}=${value}`),
    ].join(" "),
    trained_as_of: about.trained_as_of,
    promotion_metric: promotion.metric,
    promotion_tolerance: promotion.tolerance,
    promotion_guards: promotion.guards.join(", "),
  };
  return Object.entries(values).map(([name, value]) =>
    typeof value === "number"
      ? { name, type: "number", values: Float64Array.of(value) }
      : { name, type: "text", values: [value] },
  );
}

function interval(
  rows: readonly { value: number | null; low: number | null; high: number | null }[],
): Column[] {
  return [
    numbers("value", rows, ({ value }) => value),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
  ];
}

function numbers<T>(name: string, rows: readonly T[], value: (row: T) => number | null): Column {
  return { name, type: "number", values: Float64Array.from(rows, (row) => value(row) ?? NaN) };
}

function texts<T>(name: string, rows: readonly T[], value: (row: T) => string | null): Column {
  return { name, type: "text", values: rows.map(value) };
}
