import { compositionGap } from "../../stats/composition-gap.js";
import {
  combined,
  difference,
  linearisedMean,
  normalInterval,
  type Linearised,
} from "../../stats/linearised.js";
import { sensitivityBounds, worstCaseBounds, type Bounds } from "../../stats/nonresponse-bounds.js";
import { weightedScore } from "../../stats/response-model.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import { onScale, withInterval, type Group, type Score, type Weighting } from "./weighted-scores.js";

export const boundColumns = {
  score: "text",
  assumption: "text",
  odds_ratio: "number",
  bound_low: "number",
  bound_high: "number",
  low: "number",
  high: "number",
} as const satisfies ColumnTypes;

/** How far a score can be from its weighted mean if answering hangs on the score itself, so or so much, or in any way. */
export function boundRows(
  { model, weights, credibility }: Weighting,
  score: Score,
  { rows }: Group,
  oddsRatios: readonly number[],
): Row[] {
  const { clusters } = model;
  const rate = linearisedMean(rows, model.answered, clusters);
  const worst = worstCaseBounds(linearisedMean(score.rows, score.values, clusters), rate, score);
  return [
    ...[1, ...oddsRatios].map((oddsRatio) => ({
      score: score.column,
      assumption: "odds_ratio",
      odds_ratio: oddsRatio,
      ...ends(sensitivityBounds(score.rows, score.values, weights, credibility, model, oddsRatio), score),
    })),
    { score: score.column, assumption: "none", odds_ratio: null, ...ends(worst, score) },
  ];
}

function ends({ low, high }: Bounds, score: Score): Row {
  return {
    bound_low: low.value,
    bound_high: high.value,
    low: onScale(normalInterval(low).low, score),
    high: onScale(normalInterval(high).high, score),
  };
}

export const gapColumns = {
  score: "text",
  part: "text",
  contribution: "number",
  contribution_low: "number",
  contribution_high: "number",
} as const satisfies ColumnTypes;

/**
 * Why the weighted score differs from the one as answered: a part for each theme of facts by which those who answer differ, one for
 * credibility, and the rest. The parts sum to the gap.
 *
 * @param themes name -> facts
 */
export function gapRows(
  { model, weights, believed }: Weighting,
  score: Score,
  themes: Readonly<Record<string, readonly string[]>>,
): Row[] {
  const { clusters } = model;
  const plain = linearisedMean(score.rows, score.values, clusters);
  const byChance = weightedScore(score.rows, score.values, weights, model);
  const weighted = weightedScore(score.rows, score.values, believed, model);
  const shares = compositionGap(model.design, score.rows, score.values, clusters);
  const parts = Object.entries(themes).flatMap(([part, facts]) => {
    const known = facts.flatMap((fact) => shares.get(fact) ?? []);
    return known.length === 0 ? [] : [{ part, share: sumOf(known) }];
  });
  const rest = parts.reduce((left, { share }) => difference(left, share), difference(byChance, plain));
  return [
    ...parts,
    { part: "credibility", share: difference(weighted, byChance) },
    { part: "rest", share: rest },
  ].map(({ part, share }) => ({ score: score.column, part, ...withInterval("contribution", share) }));
}

function sumOf(estimates: readonly Linearised[]): Linearised {
  return combined(
    estimates.reduce((sum, { value }) => sum + value, 0),
    estimates.map((estimate) => [1, estimate]),
  );
}
