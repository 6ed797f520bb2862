import { averagePrecision, brier, logLoss, rocAuc, type Metric } from "../ml/metrics.js";
import { pairedMetrics } from "../ml/paired.js";
import { fewestOfClass } from "../ml/thin-label.js";
import type { Interval } from "../stats/bootstrap.js";
import { comparedMetrics, type ComparedMetric, type PromotionRule } from "./promotion-rule.js";

/** One measure of champion and challenger on the same rows. */
export interface ComparedRow {
  metric: ComparedMetric;
  champion: Interval;
  challenger: Interval;
  /** By how much the challenger is better: above zero whether more is better (AUC) or less (Brier). */
  gain: Interval;
}

/** What the promotion rule says, and why. */
export interface Verdict {
  promoted: boolean;
  reason: { en: string; it: string };
}

export interface Comparison {
  /** Rows that both predict, and how many of them are positive. */
  rows: number;
  positives: number;
  metrics: ComparedRow[];
  verdict: Verdict;
}

const measures: Record<ComparedMetric, Metric> = {
  auc: rocAuc,
  average_precision: averagePrecision,
  brier,
  log_loss: logLoss,
};

const lessIsBetter: ReadonlySet<ComparedMetric> = new Set(["brier", "log_loss"]);

/** Rows that neither model was trained on, with what both predict; NaN where a model does not judge a row. */
export interface ComparedPredictions {
  labels: ArrayLike<number>;
  champion: ArrayLike<number>;
  challenger: ArrayLike<number>;
}

/** Compares two versions by the measures of a promotion rule, and applies the rule. */
export function compare(
  { labels, champion, challenger }: ComparedPredictions,
  rule: PromotionRule,
  seed: number | string,
): Comparison {
  const judged = Array.from(labels, (_, row) => row).filter(
    (row) => !Number.isNaN(champion[row]) && !Number.isNaN(challenger[row]),
  );
  const pick = (values: ArrayLike<number>) => Float64Array.from(judged, (row) => values[row]!);
  const rows = judged.length;
  const positives = pick(labels).reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, rows - positives) < fewestOfClass) {
    return { rows, positives, metrics: [], verdict: tooFew(rows, positives) };
  }
  const paired = pairedMetrics(pick(labels), pick(champion), pick(challenger), measures, { seed });
  const metrics = comparedMetrics.map((metric): ComparedRow => {
    const { first, second, difference } = paired[metric];
    return { metric, champion: first, challenger: second, gain: gainOf(metric, difference) };
  });
  return { rows, positives, metrics, verdict: judge(metrics, rule) };
}

function gainOf(metric: ComparedMetric, { value, low, high }: Interval): Interval {
  return lessIsBetter.has(metric) ? { value: -value, low: -high, high: -low } : { value, low, high };
}

/** Applies a promotion rule to measured gains. */
export function judge(
  metrics: readonly ComparedRow[],
  { metric, tolerance, guards }: PromotionRule,
): Verdict {
  const gain = metrics.find((row) => row.metric === metric)?.gain;
  if (!gain) throw new Error(`the comparison has no ${metric}`);
  const worse = metrics.filter((row) => guards.includes(row.metric) && row.gain.high < 0);
  const [en, it] = [numbers(gain, "en"), numbers(gain, "it")];
  const name = metric.replace("_", " ");
  const stands = (english: string, italian: string): Verdict => ({
    promoted: false,
    reason: { en: `the champion stands: ${english}`, it: `il modello in carica resta: ${italian}` },
  });
  if (!(gain.value > 0)) {
    return stands(
      `the challenger is not better by ${name} (${en})`,
      `lo sfidante non è migliore per ${name} (${it})`,
    );
  }
  if (!(gain.low >= -tolerance)) {
    return stands(
      `by ${name} the challenger may be worse by more than ${tolerance} (${en})`,
      `per ${name} lo sfidante può essere peggiore di oltre ${decimal(tolerance, "it")} (${it})`,
    );
  }
  if (worse.length > 0) {
    const names = worse.map((row) => row.metric.replace("_", " ")).join(", ");
    return stands(`the challenger is worse by ${names}`, `lo sfidante è peggiore per ${names}`);
  }
  return {
    promoted: true,
    reason: {
      en: `the challenger is better by ${name} (${en}) and worse by no guard`,
      it: `lo sfidante è migliore per ${name} (${it}) e non è peggiore per nessuna misura di guardia`,
    },
  };
}

function tooFew(rows: number, positives: number): Verdict {
  return {
    promoted: false,
    reason: {
      en: `the champion stands: of ${rows} rows that neither was trained on ${positives} are positive, at least ${fewestOfClass} of each kind are needed`,
      it: `il modello in carica resta: su ${rows} righe che nessuno dei due ha visto ${positives} sono positive, ne servono almeno ${fewestOfClass} per tipo`,
    },
  };
}

function numbers({ value, low, high }: Interval, locale: "en" | "it"): string {
  const [a, b, c] = [value, low, high].map((x) => decimal(Number(x.toFixed(4)), locale));
  return locale === "en"
    ? `gain ${a}, 95% interval ${b} to ${c}`
    : `guadagno ${a}, intervallo al 95% da ${b} a ${c}`;
}

function decimal(value: number, locale: "en" | "it"): string {
  return value.toLocaleString(locale, { maximumFractionDigits: 4 });
}
