import { expect, it } from "vitest";
import type { Score } from "../../../src/sample/index.js";
import { proofOf } from "../../../src/sample/score/proof.js";

const nothing = { unpublished: ["metrics"] };

function world(seed: number, parts: Partial<Score>) {
  const score: Score = {
    churn: nothing,
    credibility: nothing,
    speakers: nothing,
    details: nothing,
    topics: nothing,
    emerging_topics: nothing,
    frictions: nothing,
    early_warnings: nothing,
    actions: nothing,
    nps: nothing,
    nps_weighted: nothing,
    ...parts,
  };
  return { seed, seconds: 1, score };
}

const friction = (churn_effect: number, naive_effect: number, is_covered: boolean) => ({
  friction: "long_queue",
  churn_effect,
  naive_effect,
  true_effect: 0.2,
  is_covered,
});

it("adds up frictions over worlds, with the naive error beside", () => {
  const { frictions } = proofOf([
    world(1, {
      frictions: {
        causes: 1,
        covered: 1,
        pairs: 4,
        pairs_in_order: 4,
        is_dearest_found: true,
        frictions: [friction(0.21, -0.1, true)],
      },
    }),
    world(2, {
      frictions: {
        causes: 1,
        covered: 0,
        pairs: 3,
        pairs_in_order: 2,
        is_dearest_found: false,
        frictions: [friction(0.15, 0, false)],
      },
    }),
  ]);
  expect(frictions).toEqual({
    covered: 1,
    of: 2,
    mean_absolute_error: 0.03,
    naive_mean_absolute_error: 0.25,
    pairs: 7,
    pairs_in_order: 6,
    dearest_found: 1,
    by_cause: { long_queue: { covered: 1, of: 2, mean_error: -0.02, naive_mean_error: -0.25 } },
  });
});

it("counts verdicts of each action, and warnings within a week", () => {
  const action = {
    action: "coupon",
    is_useful: true,
    true_effect: 0.1,
    effect: 0.12,
    is_covered: true,
    verdict: "worked",
    is_right: true,
  };
  const actions = {
    useful: 1,
    useful_found: 1,
    useless: 0,
    useless_called_useful: 0,
    covered: 1,
    actions: [action],
  };
  const warned = (days: number | null) => ({
    false_alarms_per_quarter: 0.5,
    causes: [{ cause: "app_problem", is_snowballing: true, days_from_start: days }],
  });
  const proof = proofOf([
    world(1, { actions, early_warnings: warned(6) }),
    world(2, { actions, early_warnings: warned(null) }),
  ]);
  expect(proof.actions).toMatchObject({
    useful_found: 2,
    useful: 2,
    by_action: { coupon: { worked: 2, undecided: 0, mean_error: 0.02 } },
  });
  expect(proof.early_warnings).toMatchObject({
    avalanche_within_a_week: 1,
    of: 2,
    days_from_start: [6, null],
  });
});

it("names what is not published", () => {
  expect(proofOf([world(1, {})])).toMatchObject({ seeds: 1, nps: nothing, frictions: nothing });
});
