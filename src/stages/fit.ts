import { setImmediate as othersFirst } from "node:timers/promises";
import { accumulatedLocalEffects } from "../ml/ale.js";
import { useBackend } from "../ml/backend.js";
import type { EncoderWarning } from "../ml/encoders.js";
import { globalDrivers } from "../ml/drivers.js";
import { explainTabular } from "../ml/explanation.js";
import { selectRows, type Frame } from "../ml/frame.js";
import { averagePrecision, brier, deciles, logLoss, metricIntervals, rank, rocAuc } from "../ml/metrics.js";
import { calibrationFloor, expectedCalibrationError } from "../ml/reliability.js";
import { predictLogOdds, predictTabular, trainTabular, type TabularModel } from "../ml/tabular.js";
import { saveTabular } from "../ml/tabular-artifact.js";
import { saveTextModel } from "../ml/text-artifact.js";
import { predictText } from "../ml/text-prediction.js";
import { trainTextModel } from "../ml/text-training.js";
import { columnOf, frameOf, selectTexts, textsOf, type LabelledRows, type Validation } from "./model-data.js";
import type { ModelSpec, TabularSpec, TextSpec } from "./model-spec.js";
import type { DriverRow, EffectRow, MetricRow } from "./model-tables.js";

/** A model fitted to the training rows and measured on the validation rows. */
export interface FittedModel {
  metrics: MetricRow[];
  drivers: DriverRow[];
  effects: EffectRow[];
  warnings: string[];
  /** The validation rows and what was predicted for them: NaN where the model does not judge a row. */
  validated: { rows: number[]; probabilities: Float64Array };
  /** Writes the model's artifact into a folder. */
  save(folder: string): Promise<void>;
}

/** How many validation rows say what drives a model, and what each value does; evenly spread over them. */
const explainedRows = 300;
const effectRows = 500;

type Fit<Spec> = (
  spec: Spec,
  data: LabelledRows,
  validation: Validation,
  progress: (message: string) => void,
) => Promise<FittedModel>;

/** Fits and measures the model of a spec. `backend` says what computed. */
export async function fitModel(
  spec: ModelSpec,
  data: LabelledRows,
  validation: Validation,
  progress: (message: string) => void,
): Promise<FittedModel & { backend: string }> {
  const backend = await useBackend();
  const fitted =
    spec.kind === "tabular"
      ? await fitTabular(spec, data, validation, progress)
      : await fitText(spec, data, validation, progress);
  return { ...fitted, backend: `${backend.name} ${backend.version}` };
}

const fitTabular: Fit<TabularSpec> = async (spec, data, { train, splits }, progress) => {
  const frame = frameOf(data.columns, spec);
  const cluster = spec.cluster === undefined ? undefined : columnOf(data.columns, spec.cluster).values;
  const { model, warnings } = await trainTabular(selectRows(frame, train), labelsOf(data, train), {
    spec: spec.network,
    seed: spec.seed,
    clusters: cluster && Array.from(train, (row) => cluster[row] ?? ""),
    words: spec.words,
    onProgress: (share) => progress(`training, ${Math.round(100 * share)}%`),
  });
  progress("measuring");
  const validated = splits.flatMap((split) => [...split.validation]);
  const predicted = await predictTabular(model, selectRows(frame, validated));
  progress("explaining");
  const explained = selectRows(frame, spread(validated, explainedRows));
  const drivers = globalDrivers(await explainTabular(model, explained), explained, { seed: spec.seed });
  return {
    metrics: measure(labelsOf(data, validated), predicted, spec.seed),
    drivers: drivers.map(({ column, importance, direction }) => ({
      feature: column,
      importance: importance.value,
      low: importance.low,
      high: importance.high,
      direction: direction?.value ?? NaN,
    })),
    effects: await effectsOf(model, selectRows(frame, spread(validated, effectRows)), spec.seed),
    warnings: leftOut(warnings),
    validated: { rows: validated, probabilities: Float64Array.from(predicted) },
    save: (folder) => saveTabular(folder, model),
  };
};

/** At most `most` of the rows, at equal distances. */
function spread(rows: readonly number[], most: number): number[] {
  const stride = Math.ceil(rows.length / most);
  return rows.filter((_, position) => position % stride === 0);
}

/** What each value of each feature that the model uses does to the log-odds before calibration. */
async function effectsOf(model: TabularModel, frame: Frame, seed: number | string): Promise<EffectRow[]> {
  const used = new Set(model.encoder.columns.map(({ name }) => name));
  const effects = await accumulatedLocalEffects(
    { n: frame.n, columns: frame.columns.filter(({ name }) => used.has(name)) },
    (moved) => predictLogOdds(model, moved),
    { seed },
  );
  return effects.map(({ column, value, effect, n }) => ({
    feature: column,
    value: value === null ? null : String(value),
    effect: effect.value,
    low: effect.low,
    high: effect.high,
    n,
  }));
}

const fitText: Fit<TextSpec> = async (spec, data, { train, splits }, progress) => {
  const rows = textsOf(data.columns, spec);
  const fit = (chosen: Uint32Array, prevalence?: number) =>
    trainTextModel(
      {
        ...selectTexts(rows, chosen),
        labels: [{ name: spec.label.column, values: labelsOf(data, chosen), prevalence }],
      },
      { seed: spec.seed, minimumWords: spec.minimum_words },
    );
  const validated: number[] = [];
  const predicted: number[] = [];
  for (const [index, split] of splits.entries()) {
    progress(`validating, ${index + 1} of ${splits.length}`);
    await othersFirst();
    const { texts, dense } = selectTexts(rows, split.validation);
    // The labelled rows have a share of positives of their own, not that which is declared of all.
    const [probabilities = []] = predictText(fit(split.train), texts, dense).probabilities;
    validated.push(...split.validation);
    predicted.push(...probabilities);
  }
  progress("training");
  await othersFirst();
  const model = fit(train, spec.prevalence);
  const labels = labelsOf(data, validated);
  const judged = [...predicted.keys()].filter((position) => !Number.isNaN(predicted[position]));
  const share = judged.length / validated.length;
  return {
    metrics: [
      ...measure(
        judged.map((position) => labels[position] ?? 0),
        judged.map((position) => predicted[position] ?? 0),
        spec.seed,
      ),
      { metric: "judged_share", value: share, low: share, high: share },
    ],
    drivers: [],
    effects: [],
    warnings: [],
    validated: { rows: validated, probabilities: Float64Array.from(predicted) },
    save: (folder) => saveTextModel(folder, model),
  };
};

/** One line for each reason why features are left out. */
function leftOut(warnings: readonly EncoderWarning[]): string[] {
  const reasons = [...new Set(warnings.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const names = warnings.filter((warning) => warning.reason === reason).map(({ column }) => column);
    return `left out, ${reason}: ${names.join(", ")}`;
  });
}

function labelsOf({ labels }: LabelledRows, rows: Iterable<number>): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row] ?? 0);
}

function measure(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  seed: number | string,
): MetricRow[] {
  const ranked = rank(labels, predicted);
  const intervals = metricIntervals(
    ranked,
    {
      auc: rocAuc,
      average_precision: averagePrecision,
      brier,
      log_loss: logLoss,
      ece: expectedCalibrationError,
      lift_top_decile: (rows, counts) => deciles(rows, counts)[0]?.lift ?? NaN,
    },
    { seed },
  );
  const { mean, p95 } = calibrationFloor(ranked, { seed });
  const floor = { metric: "ece_if_calibrated", value: mean, low: 0, high: p95 };
  return [...Object.entries(intervals).map(([metric, interval]) => ({ metric, ...interval })), floor];
}
