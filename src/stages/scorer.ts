import { useBackend } from "../ml/backend.js";
import { explainTabular } from "../ml/explanation.js";
import { predictTabular, type TabularModel } from "../ml/tabular.js";
import { loadTabular } from "../ml/tabular-artifact.js";
import { loadTextModel } from "../ml/text-artifact.js";
import { explainText } from "../ml/text-explanation.js";
import type { TextModel } from "../ml/text-model.js";
import { TextScorer } from "../ml/text-scorer.js";
import { selectDense } from "../ml/standardisation.js";
import type { Column } from "../warehouse/engine.js";
import { columnOf, frameOf, textsOf } from "./model-data.js";
import type { ModelSpec, TabularSpec, TextSpec } from "./model-spec.js";

/** Scores of `n` rows. */
export interface Scores {
  /** NaN where the model does not judge the row. */
  probabilities: Float64Array;
  /** Why the model does not judge the row, or null. */
  withheld: (string | null)[];
}

/** What a feature does to the log-odds of one row, before calibration. */
export interface Contribution {
  feature: string;
  /** The row's own value as text; null where it is missing. Of a text, the words that tell most. */
  value: string | null;
  contribution: number;
}

/** Why a row has its score: `base` and all contributions add up to `logOdds`. */
export interface ExplainedRow {
  base: number;
  logOdds: number;
  contributions: Contribution[];
}

/** A trained version at work on rows of a table, all with the columns that the model's spec names. */
export interface Scorer {
  score(rows: readonly Column[]): Promise<Scores>;
  explain(rows: readonly Column[]): Promise<ExplainedRow[]>;
}

/** Opens the version in `folder`. @throws UserError if it is cut off or damaged */
export async function openScorer(spec: ModelSpec, folder: string): Promise<Scorer> {
  await useBackend();
  return spec.kind === "tabular"
    ? tabularScorer(spec, await loadTabular(folder))
    : textScorer(spec, await loadTextModel(folder));
}

function tabularScorer(spec: TabularSpec, model: TabularModel): Scorer {
  return {
    async score(rows) {
      const probabilities = Float64Array.from(await predictTabular(model, frameOf(rows, spec)));
      return { probabilities, withheld: Array.from(probabilities, () => null) };
    },
    async explain(rows) {
      const { n, columns, base, logOdds, contributions } = await explainTabular(model, frameOf(rows, spec));
      const values = columns.map((name) => columnOf(rows, name));
      return Array.from({ length: n }, (_, row) => ({
        base,
        logOdds: logOdds[row]!,
        contributions: columns.map((feature, index) => ({
          feature,
          value: valueText(values[index]!, row),
          contribution: contributions[row * columns.length + index]!,
        })),
      }));
    },
  };
}

/** How many of a text's words are quoted. */
const quotedWords = 3;

function textScorer(spec: TextSpec, model: TextModel): Scorer {
  const head = model.heads[0]!;
  const scorer = new TextScorer(model);
  return {
    async score(rows) {
      const { texts, dense } = textsOf(rows, spec);
      const { probabilities, withheld } = await scorer.predict(texts, dense);
      return { probabilities: probabilities[0]!, withheld };
    },
    explain(rows) {
      const { texts, dense } = textsOf(rows, spec);
      const explained = texts.map((text, row): ExplainedRow => {
        const {
          intercept,
          logOdds,
          words,
          dense: numbers,
        } = explainText(model, head, text, selectDense(dense, [row]));
        const ofText = words.reduce((sum, { contribution }) => sum + contribution, 0);
        const telling = words.filter(({ contribution }) => contribution * ofText > 0).slice(0, quotedWords);
        return {
          base: intercept,
          logOdds,
          contributions: [
            {
              feature: spec.features.text,
              value: telling.map(({ name }) => name).join(", ") || null,
              contribution: ofText,
            },
            ...numbers.map(({ name, contribution }) => ({
              feature: name,
              value: valueText(columnOf(rows, name), row),
              contribution,
            })),
          ],
        };
      });
      return Promise.resolve(explained);
    },
  };
}

function valueText({ type, values }: Column, row: number): string | null {
  const value = values[row] ?? null;
  if (value === null || Number.isNaN(value)) return null;
  return type === "boolean" ? String(value !== 0) : String(value);
}
