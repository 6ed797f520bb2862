import { effectiveSize } from "../../stats/balance.js";
import { doubleSamplingMean } from "../../stats/double-sampling.js";
import {
  difference,
  linearisedMean,
  normalInterval,
  standardError,
  type Linearised,
} from "../../stats/linearised.js";
import { worstCaseBounds } from "../../stats/nonresponse-bounds.js";
import { weightedScore, type ResponseModel, type ResponseWeights } from "../../stats/response-model.js";
import type { ColumnTypes, Row } from "../keep-tables.js";

/** What could be answered. */
interface Scale {
  lowest: number;
  highest: number;
}

/** One score of those who were asked. */
export interface Score extends Scale {
  column: string;
  /** Who gave it, and the `n` scores. */
  rows: Int32Array;
  values: Float64Array;
  /** The same of those whom a lot chose to be asked again and who had not answered. */
  followUps: { rows: Int32Array; values: Float64Array } | undefined;
}

/** Some of those who were asked. */
export interface Group {
  rows: Int32Array;
  has: (row: number) => boolean;
}

/** What it takes to weight any score of a group of those who were asked. */
export interface Weighting {
  model: ResponseModel;
  weights: ResponseWeights;
  /** Weights by the chance to answer times how far an answer is believed. */
  believed: ResponseWeights;
  /** `n` weights of answers by how far they are believed. */
  credibility: Float64Array;
  minGroupSize: number;
}

export const scoreColumns = {
  score: "text",
  status: "text",
  asked: "number",
  answered: "number",
  scored: "number",
  response_rate: "number",
  as_answered: "number",
  as_answered_low: "number",
  as_answered_high: "number",
  by_chance: "number",
  weighted: "number",
  weighted_low: "number",
  weighted_high: "number",
  gap: "number",
  gap_low: "number",
  gap_high: "number",
  effective_size: "number",
  weight_limit: "number",
  trimmed: "number",
  worst_case_low: "number",
  worst_case_high: "number",
  followed_up_n: "number",
  followed_up: "number",
  followed_up_low: "number",
  followed_up_high: "number",
  not_explained: "number",
  not_explained_low: "number",
  not_explained_high: "number",
} as const satisfies ColumnTypes;

const emptyRow: Row = Object.fromEntries(Object.keys(scoreColumns).map((name) => [name, null]));

/** A score of some of those who were asked: as answered, weighted, and corrected by a follow-up. */
export function scoreRow(weighting: Weighting, score: Score, group: Group): Row {
  const { model, weights, believed, minGroupSize } = weighting;
  const { answered, clusters } = model;
  const scored = score.rows.filter(group.has);
  const row: Row = {
    ...emptyRow,
    score: score.column,
    asked: group.rows.length,
    answered: group.rows.reduce((sum, index) => sum + answered[index]!, 0),
    scored: scored.length,
    effective_size: effectiveSize(Float64Array.from(scored, (index) => believed.values[index]!)),
    weight_limit: weights.limit,
    trimmed: weights.trimmed,
  };
  if (scored.length < minGroupSize) return { ...row, status: `fewer than ${minGroupSize} answers` };

  const rate = linearisedMean(group.rows, answered, clusters);
  const plain = linearisedMean(scored, score.values, clusters);
  const weighted = weightedScore(scored, score.values, believed, model);
  const worst = worstCaseBounds(plain, rate, score);
  return {
    ...row,
    status: statusOf(plain),
    response_rate: rate.value,
    ...withInterval("as_answered", plain, score),
    by_chance: linearisedMean(scored, score.values, clusters, weights.values).value,
    ...withInterval("weighted", weighted, score),
    ...withInterval("gap", difference(weighted, plain)),
    worst_case_low: onScale(normalInterval(worst.low).low, score),
    worst_case_high: onScale(normalInterval(worst.high).high, score),
    ...followUpColumns(weighting, score, group, weighted),
  };
}

function statusOf(plain: Linearised): string {
  if (plain.clusters < 2) return "all answers are of one customer";
  return standardError(plain) > 0 ? "estimated" : "all answers are equal";
}

function followUpColumns(
  { model, minGroupSize }: Weighting,
  { rows, values, followUps, ...scale }: Score,
  group: Group,
  weighted: Linearised,
): Row {
  if (!followUps) return {};
  const askedAgain = followUps.rows.filter(group.has);
  const sample = { asked: group.rows, scored: rows.filter(group.has), askedAgain };
  const corrected =
    askedAgain.length < minGroupSize
      ? undefined
      : doubleSamplingMean(sample, model.answered, values, followUps.values, model.clusters);
  if (!corrected) return { followed_up_n: askedAgain.length };
  return {
    followed_up_n: askedAgain.length,
    ...withInterval("followed_up", corrected, scale),
    ...withInterval("not_explained", difference(corrected, weighted)),
  };
}

/** A value and its interval as columns, the interval within the scale where there is one; none where nothing varies. */
export function withInterval(
  name: string,
  estimate: Linearised,
  scale: Scale = { lowest: -Infinity, highest: Infinity },
): Row {
  const { value, low, high } = normalInterval(estimate);
  const varies = Number.isFinite(high - low) && high > low;
  return {
    [name]: value,
    [`${name}_low`]: varies ? onScale(low, scale) : null,
    [`${name}_high`]: varies ? onScale(high, scale) : null,
  };
}

/** A bound within the scale; null where there is none. */
export function onScale(bound: number, { lowest, highest }: Scale): number | null {
  return Number.isNaN(bound) ? null : Math.min(Math.max(bound, lowest), highest);
}
