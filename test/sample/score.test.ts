import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scoreAgainstTruth, type Score } from "../../src/sample/score.js";
import { makeWorld, minutes, type World } from "./world.js";

describe("scoring a published run against the truth", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 1500, seed: 6 });
  }, minutes);
  afterAll(() => world.close());

  const score = () => scoreAgainstTruth(world.session, join(world.folder, "truth"));

  it("says what is not published", async () => {
    const nothing: Score = await score();
    expect(nothing.churn).toEqual({ unpublished: ["churn_scores"] });
    expect(nothing.frictions).toEqual({ unpublished: ["friction_points"] });
  });

  it("is perfect for a run that tells the truth", async () => {
    await world.session.execute(`
      create or replace table churn_scores as
      select customer_id, as_of, churn_probability from main.true_customers where as_of = '2026-10-31';
      create or replace table review_scores as
      select feedback_id, (not is_genuine)::double as fake_probability
      from main.true_messages join feedback using (feedback_id) where source = 'review';
      create or replace table friction_points as
      select cause as friction, risk_difference as churn_effect, risk_difference - 0.01 as churn_effect_low,
        risk_difference + 0.01 as churn_effect_high, 0.0 as naive_effect, revenue_at_risk
      from main.true_causes where event is not null;
      create or replace table metrics as
      select 'nps' as metric, date '2026-10-31' as period, 'all' as segment, 20.0 as value, -100.0 as low, 100.0 as high;`);
    const { churn, credibility, frictions, nps } = await score();
    expect(churn).toMatchObject({ rank_correlation_with_true_probability: 1, mean_absolute_error: 0 });
    expect(credibility).toMatchObject({ auc: 1, brier: 0, accuracy: 1 });
    expect(frictions).toMatchObject({
      causes: 6,
      covered: 6,
      mean_absolute_error: 0,
      is_dearest_found: true,
    });
    expect(frictions).toHaveProperty("pairs_in_order", (frictions as Record<string, unknown>).pairs);
    expect(nps).toMatchObject({ claimed: 20, is_covered: true });
  });

  it("is that of a coin for a run that knows nothing", async () => {
    await world.session.execute(`
      update review_scores set fake_probability = 0.5;
      update churn_scores set churn_probability = 0.5;
      update friction_points set churn_effect_low = 0.9, churn_effect_high = 1, revenue_at_risk = -revenue_at_risk;`);
    const { churn, credibility, frictions } = await score();
    expect(churn).toMatchObject({ auc: 0.5 });
    expect(credibility).toMatchObject({ auc: 0.5, brier: 0.25 });
    expect(frictions).toMatchObject({ covered: 0, pairs_in_order: 0, is_dearest_found: false });
  });
});
