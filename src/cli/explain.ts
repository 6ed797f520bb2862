import { Command, Option } from "commander";
import { resolve } from "node:path";
import type { ExplainedByRules, ExplainedScore, WordedReason } from "../pipeline/explain.js";
import { defaultPipeline, withCommonOptions } from "./options.js";
import { aligned, print, printJson } from "./output.js";
import { openPublished } from "./store-options.js";

interface ExplainOptions {
  pipeline: string;
  locale: "it" | "en";
  json?: boolean;
}

export function explainCommand(): Command {
  return withCommonOptions(new Command("explain"))
    .description(
      "Say why a customer, or whatever else a model scores, has the score that the published champion gives: what raises it\n" +
        "and what lowers it, with its own values. Contributions add up to the log-odds before calibration. Where feedback has no model, the weak\n" +
        "rules that fired are told instead.",
    )
    .argument("<kind>", "what it is: customer, feedback, ... (the key column without _id)")
    .argument("<id>", "its id")
    .option("--pipeline <file>", "the pipeline that scores it", defaultPipeline)
    .addOption(
      new Option("-l, --locale <locale>", "language of the reasons").choices(["it", "en"]).default("en"),
    )
    .addHelpText(
      "after",
      `
Examples:
  $ ancora explain customer C000R9F5
  $ ancora explain customer C000R9F5 --locale it
  $ ancora explain feedback F002LQVS --json
`,
    )
    .action(async (kind: string, id: string, { pipeline: file, locale, json }: ExplainOptions) => {
      const { openPipeline } = await import("../pipeline/open.js");
      const { explainScores } = await import("../pipeline/explain.js");
      const { storeFolder } = await import("../pipeline/places.js");
      const { openStore } = await import("./store-options.js");
      const pipeline = await openPipeline(resolve(file));
      const store = openStore({ store: storeFolder(pipeline) });
      const publication = await openPublished(store);
      const scores = await explainScores(pipeline, { store, publication }, { kind, id, locale });
      if (json) {
        printJson({
          [`${kind}_id`]: id,
          scores: scores.map((score) => ("rules" in score ? score : document(score))),
        });
        return;
      }
      scores.forEach((score, index) => {
        if (index > 0) print();
        if ("rules" in score) showRules(score, locale);
        else show(score, locale);
      });
    });
}

function document(score: ExplainedScore): object {
  const { model, version, key, output, complement, probability, withheld } = score;
  const { logOdds, base, contributions, reasons } = score;
  return {
    model,
    version,
    key,
    output,
    probability,
    ...(complement === undefined ? {} : { [`${complement}_percent`]: rest(probability) }),
    withheld,
    log_odds: logOdds,
    base,
    reasons: contributions.slice(0, reasons),
    contributions: contributions.map(({ feature, value, contribution }) => ({
      feature,
      value,
      contribution,
    })),
  };
}

/** What stands beside the sums. */
const sums = {
  en: { others: "others together", base: "where all scores start", total: "log-odds before calibration" },
  it: { others: "altri insieme", base: "da dove partono tutti", total: "log-odds prima della calibrazione" },
};

function show(score: ExplainedScore, locale: keyof typeof sums): void {
  const { model, version, key, output, complement, probability, withheld } = score;
  const { logOdds, base, contributions, reasons } = score;
  print(Object.values(key).join(", "));
  if (probability === null) {
    print(`${model} ${version}: not judged${withheld === null ? "" : `, ${withheld.replaceAll("_", " ")}`}`);
    return;
  }
  const scored = `${output} ${(100 * probability).toFixed(1)}%`;
  const shown = complement === undefined ? scored : `${complement} ${rest(probability)}%, ${scored}`;
  print(`${model} ${version}: ${shown}`);
  const left = contributions.slice(reasons);
  const others = left.reduce((sum, { contribution }) => sum + contribution, 0);
  const rows = [
    ...contributions.slice(0, reasons).map((reason) => [signed(reason.contribution), inWords(reason)]),
    [signed(others), `${left.length} ${sums[locale].others}`],
    [signed(base), sums[locale].base],
    [signed(logOdds), sums[locale].total],
  ];
  for (const line of aligned(rows)) print(`  ${line}`);
}

/** What is said where weak rules judge in a model's place. */
const byRules = {
  en: {
    missing: "no model",
    level: "by weak rules",
    levels: new Map([
      ["high", "high"],
      ["medium", "medium"],
      ["low", "low"],
    ]),
    none: "no weak rule fires",
  },
  it: {
    missing: "nessun modello",
    level: "secondo le regole deboli",
    levels: new Map([
      ["high", "alta"],
      ["medium", "media"],
      ["low", "bassa"],
    ]),
    none: "nessuna regola debole scatta",
  },
};

function showRules(
  { model, refused, key, level, rules }: ExplainedByRules,
  locale: keyof typeof byRules,
): void {
  const words = byRules[locale];
  print(Object.values(key).join(", "));
  print(`${model}: ${words.missing}${refused === null ? "" : ` (${refused})`}`);
  if (level !== null) print(`${words.level}: ${words.levels.get(level) ?? level}`);
  if (rules.length === 0) print(`  ${words.none}`);
  const rows = rules.map(({ points, text }) => [points < 0 ? String(points) : `+${points}`, text]);
  for (const line of aligned(rows)) print(`  ${line}`);
}

/** The rest to one in percent, to one decimal. */
function rest(probability: number | null): number | null {
  return probability === null ? null : Number((100 * (1 - probability)).toFixed(1));
}

function inWords({ text, feature, value, direction }: WordedReason): string {
  return text ?? `${feature}: ${value ?? "missing"}: ${direction}`;
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
}
