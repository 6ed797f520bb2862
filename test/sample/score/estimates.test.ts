import { describe, expect, it } from "vitest";
import { entry, scoreOf } from "./planted.js";

describe("scoring churn", () => {
  const as_of = "2026-10-31";
  const truth = {
    customers: [
      ["C1", as_of, 0.1, false],
      ["C2", as_of, 0.3, true],
      ["C3", as_of, 0.6, false],
      ["C4", as_of, 0.9, true],
      ["C5", as_of, 0.5, true],
      ["C1", "2026-08-02", 0.8, true],
    ],
  };

  it("compares with what happened and with the true chance, tenth by tenth", async () => {
    const { churn } = await scoreOf({
      truth,
      run: {
        churn_scores: [
          ["C1", as_of, 0.2],
          ["C2", as_of, 0.4],
          ["C3", as_of, 0.3],
          ["C4", as_of, 0.9],
          ["C5", as_of, null],
          ["C6", as_of, 0.5],
          ["C4", as_of, 0.9],
        ],
      },
    });
    // Errors .1, .1, -.3 and 0. Ranks 1 3 2 4 against 1 2 3 4: Spearman's 1 - 6 * 2 / (4 * 15).
    expect(churn).toMatchObject({
      n: 4,
      coverage: 0.8,
      unknown_customers: 1,
      repeated_claims: 1,
      auc: 1,
      rank_correlation_with_true_probability: 0.8,
      mean_error: -0.025,
      mean_absolute_error: 0.125,
      calibration_error: 0.125,
    });
    expect(churn).toHaveProperty("deciles.2", {
      decile: 3,
      n: 1,
      mean_claimed: 0.4,
      mean_true: 0.3,
      churned: 1,
    });
  });

  it("says that a date is unknown rather than judging another", async () => {
    const { churn } = await scoreOf({ truth, run: { churn_scores: [["C1", "2026-10-01", 0.2]] } });
    expect(churn).toMatchObject({ n: 0, unknown_customers: 1, auc: null, mean_error: null, deciles: [] });
  });
});

describe("scoring frictions", () => {
  const cause = (name: string, effect: number | null, revenue: number, event: string | null = "event") => [
    name,
    "topic",
    event,
    "2025-01-01 00:00:00",
    false,
    null,
    effect,
    revenue,
  ];
  const truth = {
    causes: [
      cause("late", 0.3, 1000),
      cause("queue", 0.1, 400),
      cause("refund", 0.2, 390),
      cause("smell", null, 100, null),
    ],
  };

  it("counts intervals that cover, and pairs in order whose revenue clearly differs", async () => {
    const { frictions } = await scoreOf({
      truth,
      run: {
        friction_points: [
          ["late", 0.25, 0.2, 0.35, -0.1, 350],
          ["queue", 0.2, 0.15, 0.25, 0.1, 300],
          ["refund", 0.2, 0.1, 0.3, 0.1, 360],
          ["mystery", 0.2, 0.1, 0.3, 0.1, 360],
          ["smell", 0.2, 0.1, 0.3, 0.1, 360],
        ],
      },
    });
    // Clear pairs: late and queue (right), late and refund (wrong); queue and refund differ by 2.6%.
    expect(frictions).toMatchObject({
      causes: 3,
      coverage: 1,
      unknown_frictions: 1,
      covered: 2,
      mean_absolute_error: 0.05,
      naive_mean_absolute_error: 0.1667,
      pairs: 2,
      pairs_in_order: 1,
      is_dearest_found: false,
    });
    expect(entry(frictions, "frictions", "queue")).toMatchObject({
      is_covered: false,
      true_effect: 0.1,
      true_revenue_at_risk: 400,
    });
  });

  it("scores what has an estimate and says how much has none", async () => {
    const { frictions } = await scoreOf({
      truth,
      run: {
        friction_points: [
          ["late", 0.3, 0.2, 0.4, 0.3, 10],
          ["queue", null, null, null, null, null],
        ],
      },
    });
    expect(frictions).toMatchObject({
      causes: 1,
      coverage: 0.3333,
      covered: 1,
      pairs: 0,
      is_dearest_found: true,
    });
  });
});

describe("scoring actions", () => {
  const truth = {
    actions: [
      ["A1", "coupon", "Coupon drawn by lot", true, true, 0.1],
      ["A2", "call", "Call", false, true, 0.12],
      ["A3", "news", "Newsletter", false, false, 0],
      ["A4", "fix", "Depot", false, true, 0.03],
    ],
  };

  it("counts useful ones found, useless ones praised and the undecided, by id or name", async () => {
    const { actions } = await scoreOf({
      truth,
      run: {
        action_effects: [
          ["A1", "repeat_purchase", 0.11, 0.05, 0.2, "worked"],
          ["Call", "repeat_purchase", 0.02, -0.05, 0.09, "did_not_work"],
          ["A3", "repeat_purchase", 0.06, 0.01, 0.11, "worked"],
          ["A4", "repeat_purchase", 0.02, -0.01, 0.05, "cannot_be_told"],
          ["A1", "nps", 3, 1, 5, "worked"],
          ["A9", "repeat_purchase", 0.1, 0, 0.2, "worked"],
        ],
      },
    });
    expect(actions).toMatchObject({
      n: 4,
      coverage: 1,
      unknown_actions: 1,
      other_outcomes: 1,
      useful: 3,
      useful_found: 1,
      useless: 1,
      useless_called_useful: 1,
      undecided: 1,
      covered: 2,
      mean_absolute_error: 0.045,
    });
    expect(entry(actions, "actions", "call")).toMatchObject({ is_right: false, is_covered: false });
    expect(entry(actions, "actions", "fix")).toMatchObject({ is_right: null, is_covered: true });
  });

  it("says which actions have no verdict", async () => {
    const { actions } = await scoreOf({ truth, run: { action_effects: [] } });
    expect(actions).toMatchObject({ n: 0, coverage: 0, useful: 3, useful_found: 0, covered: 0 });
    expect(entry(actions, "actions", "coupon")).toMatchObject({ verdict: null, is_right: null });
  });
});

describe("scoring NPS", () => {
  const truth = {
    invitations: [
      // In the 90 days to 31 October: two promoters, one passive, one detractor. Before: a detractor.
      ["2026-08-03 10:00:00", 10, true],
      ["2026-09-01 10:00:00", 9, true],
      ["2026-10-31 10:00:00", 8, false],
      ["2026-10-31 23:00:00", 3, false],
      ["2026-08-02 10:00:00", 0, true],
    ],
  };

  it("compares the last window, as answered and weighted, and counts all windows covered", async () => {
    const { nps, nps_weighted } = await scoreOf({
      truth,
      run: {
        metrics: [
          ["nps", "2026-10-31", "all", 100, 80, 120],
          ["nps", "2026-08-02", "all", -90, -100, -80],
          ["nps", "2020-01-01", "all", 0, 0, 0],
          ["nps", "2026-10-31", "business", 25, 0, 50],
          ["nps_weighted", "2026-10-31", "all", 30, 10, 50],
        ],
      },
    });
    expect(nps).toMatchObject({
      period: "2026-10-31",
      claimed: 100,
      truth: 25,
      asked: 4,
      answered: 2,
      error: 75,
      is_covered: false,
      periods: 2,
      periods_covered: 1,
      unknown_periods: 1,
    });
    expect(nps_weighted).toMatchObject({ claimed: 30, truth: 25, error: 5, is_covered: true });
  });

  it("says that the weighted one is not published where only the other is", async () => {
    const { nps_weighted } = await scoreOf({
      truth,
      run: { metrics: [["nps", "2026-10-31", "all", 100, 80, 120]] },
    });
    expect(nps_weighted).toEqual({ unpublished: ["metrics where metric = 'nps_weighted'"] });
  });
});
