import { useBackend } from "../ml/backend.js";
import { selectRows } from "../ml/frame.js";
import { averagePrecision, brier, deciles, logLoss, metricIntervals, rank, rocAuc } from "../ml/metrics.js";
import { calibrationFloor, expectedCalibrationError } from "../ml/reliability.js";
import { predictTabular, trainTabular } from "../ml/tabular.js";
import { saveTabular } from "../ml/tabular-artifact.js";
import { saveTextModel } from "../ml/text-artifact.js";
import { predictText } from "../ml/text-prediction.js";
import { trainTextModel } from "../ml/text-training.js";
import { columnOf, frameOf, selectTexts, textsOf, type LabelledRows, type TimeSplit } from "./model-data.js";
import type { ModelSpec, TabularSpec, TextSpec } from "./model-spec.js";
import type { DriverRow, MetricRow } from "./model-tables.js";

/** A model fitted to the training rows and measured on the validation rows. */
export interface FittedModel {
  metrics: MetricRow[];
  drivers: DriverRow[];
  warnings: string[];
  /** Writes the model's artifact into a folder. */
  save(folder: string): Promise<void>;
}

type Fit<Spec> = (
  spec: Spec,
  data: LabelledRows,
  split: TimeSplit,
  progress: (message: string) => void,
) => Promise<FittedModel>;

/** Fits and measures the model of a spec. `backend` says what computed. */
export async function fitModel(
  spec: ModelSpec,
  ...rest: Parameters<Fit<ModelSpec>> extends [unknown, ...infer Rest] ? Rest : never
): Promise<FittedModel & { backend: string }> {
  const backend = await useBackend();
  const fitted = spec.kind === "tabular" ? await fitTabular(spec, ...rest) : await fitText(spec, ...rest);
  return { ...fitted, backend: `${backend.name} ${backend.version}` };
}

const fitTabular: Fit<TabularSpec> = async (spec, data, split, progress) => {
  const frame = frameOf(data.columns, spec);
  const cluster = spec.cluster === undefined ? undefined : columnOf(data.columns, spec.cluster).values;
  const { model, warnings } = await trainTabular(
    selectRows(frame, split.train),
    labelsOf(data, split.train),
    {
      spec: spec.network,
      seed: spec.seed,
      clusters: cluster && Array.from(split.train, (row) => cluster[row] ?? ""),
      words: spec.words,
      onProgress: (share) => progress(`training, ${Math.round(100 * share)}%`),
    },
  );
  progress("measuring");
  const predicted = await predictTabular(model, selectRows(frame, split.validation));
  return {
    metrics: measure(labelsOf(data, split.validation), predicted, spec.seed),
    drivers: [],
    warnings: warnings.map(({ column, reason }) => `${column}: ${reason}`),
    save: (folder) => saveTabular(folder, model),
  };
};

const fitText: Fit<TextSpec> = async (spec, data, split, progress) => {
  const rows = textsOf(data.columns, spec);
  progress("training");
  const model = trainTextModel(
    {
      ...selectTexts(rows, split.train),
      labels: [{ name: spec.label.column, values: labelsOf(data, split.train), prevalence: spec.prevalence }],
    },
    { seed: spec.seed, minimumWords: spec.minimum_words },
  );
  progress("measuring");
  const validation = selectTexts(rows, split.validation);
  const [predicted = new Float64Array(0)] = predictText(
    model,
    validation.texts,
    validation.dense,
  ).probabilities;
  const judged = predicted.map((_, row) => row).filter((row) => !Number.isNaN(predicted[row]));
  const labels = labelsOf(data, split.validation);
  const metrics = measure(
    Array.from(judged, (row) => labels[row] ?? 0),
    Array.from(judged, (row) => predicted[row] ?? 0),
    spec.seed,
  );
  const share = judged.length / predicted.length;
  return {
    metrics: [...metrics, { metric: "judged_share", value: share, low: share, high: share }],
    drivers: [],
    warnings: [],
    save: (folder) => saveTextModel(folder, model),
  };
};

function labelsOf({ labels }: LabelledRows, rows: Uint32Array): Uint8Array {
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
