import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { scoreAgainstTruth } from "../../src/sample/index.js";
import { emptyRun, scoreOf } from "./score/planted.js";
import { makeWorld, minutes, type World } from "./world.js";

describe("scoring a published run against the truth of its world", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 1500, seed: 6 });
  }, minutes);
  afterAll(() => world.close());

  const score = () => scoreAgainstTruth(world.session, join(world.folder, "truth"));

  it("is perfect for a run that tells the truth", async () => {
    await world.session.execute(`
      create table churn_scores as
      select customer_id, as_of, churn_probability from main.true_customers where as_of = '2026-10-31';
      create table feedback_credibility as
      select feedback_id, 100 * is_genuine::integer as credibility_percent from main.true_messages;
      create table feedback_speakers as select feedback_id, speaker from main.true_messages;
      create table feedback_details as select feedback_id, is_specific from main.true_messages;
      create table feedback_topics as
      select feedback_id, entry.topic, case entry.sentiment when 'positive' then 0.5 when 'negative' then -0.5 end as sentiment
      from (select feedback_id, unnest(topics) as entry from main.true_messages);
      create table friction_points as
      select cause as friction, risk_difference as churn_effect, risk_difference - 0.01 as churn_effect_low,
        risk_difference + 0.01 as churn_effect_high, 0.0 as naive_effect, revenue_at_risk
      from main.true_causes where event is not null;
      create table early_warnings as
      select 'mentions' as series, topic, null as channel, noticeable_on as warned_on
      from main.true_causes where noticeable_on is not null;
      create table action_effects as
      select action_id as action, 'repeat_purchase' as outcome, effect_on_return as effect, effect_on_return - 0.01 as effect_low,
        effect_on_return + 0.01 as effect_high, if(is_useful, 'worked', 'did_not_work') as verdict
      from main.true_actions;
      create table metrics as
      select unnest(['nps', 'nps_weighted']) as metric, date '2026-10-31' as period, 'all' as segment,
        100 * avg((nps >= 9)::integer - (nps <= 6)::integer) as value, value - 1 as low, value + 1 as high
      from main.true_invitations where asked_at >= '2026-08-03';`);
    const perfect = await score();
    expect(perfect.churn).toMatchObject({
      rank_correlation_with_true_probability: 1,
      mean_absolute_error: 0,
      calibration_error: 0,
    });
    expect(perfect.credibility).toMatchObject({ auc: 1, brier: 0, accuracy: 1, macro_f1: 1 });
    expect(perfect.credibility).toMatchObject({ held_back: { auc: 1 }, labelled: { auc: 1 } });
    for (const aspect of [perfect.speakers, perfect.details]) {
      expect(aspect).toMatchObject({ accuracy: 1, macro_f1: 1, coverage: 1, unknown_messages: 0 });
    }
    expect(perfect.topics).toMatchObject({ micro_f1: 1, macro_f1: 1, sentiment: { sign_accuracy: 1 } });
    expect(perfect.frictions).toMatchObject({ causes: 6, covered: 6, is_dearest_found: true });
    expect(perfect.frictions).toHaveProperty(
      "pairs_in_order",
      (perfect.frictions as Record<string, unknown>).pairs,
    );
    expect(perfect.early_warnings).toMatchObject({ false_alarms: 0 });
    expect(perfect.actions).toMatchObject({
      useful: 5,
      useful_found: 5,
      useless_called_useful: 0,
      covered: 6,
    });
    for (const aspect of [perfect.nps, perfect.nps_weighted]) {
      expect(aspect).toMatchObject({ error: 0, is_covered: true });
    }
  });

  it("reads the truth of a large world, which comes in parts", async () => {
    const whole = join(world.folder, "truth");
    const parts = join(world.folder, "parts");
    mkdirSync(parts);
    for (const file of readdirSync(whole)) copyFileSync(join(whole, file), join(parts, file));
    rmSync(join(parts, "messages.parquet"));
    for (const part of [0, 1]) {
      await world.session.copy(
        `select * from main.true_messages where hash(feedback_id) % 2 = ${part}`,
        join(parts, `messages-0${part + 1}.parquet`),
        "parquet",
      );
    }
    const expected = await score();
    expect(await scoreAgainstTruth(world.session, parts)).toEqual(expected);
  });
});

describe("scoring a run that has little to say", () => {
  it("names what is not published", async () => {
    expect(await scoreOf({ truth: {}, run: {} })).toEqual({
      churn: { unpublished: ["churn_scores"] },
      credibility: { unpublished: ["feedback_credibility"] },
      speakers: { unpublished: ["feedback_speakers"] },
      details: { unpublished: ["feedback_details"] },
      topics: { unpublished: ["feedback_topics"] },
      emerging_topics: { unpublished: ["emerging_topics", "feedback"] },
      frictions: { unpublished: ["friction_points"] },
      early_warnings: { unpublished: ["early_warnings"] },
      actions: { unpublished: ["action_effects"] },
      nps: { unpublished: ["metrics"] },
      nps_weighted: { unpublished: ["metrics"] },
    });
  });

  it("counts nothing where every table is empty", async () => {
    const score = await scoreOf({ truth: {}, run: emptyRun });
    expect(score.churn).toMatchObject({ n: 0, auc: null, deciles: [] });
    expect(score.credibility).toMatchObject({ n: 0, auc: null, accuracy: null, ece: null, classes: [] });
    expect(score.speakers).toMatchObject({
      n: 0,
      coverage: null,
      accuracy: null,
      macro_f1: null,
      classes: [],
    });
    expect(score.topics).toMatchObject({ n: 0, micro_f1: null, topics: [] });
    expect(score.emerging_topics).toMatchObject({ claimed: 0, topics: [] });
    expect(score.frictions).toMatchObject({ causes: 0, covered: 0, frictions: [] });
    expect(score.early_warnings).toMatchObject({ alarms: 0, false_alarms: 0, causes: [] });
    expect(score.actions).toMatchObject({ n: 0, useful: 0, actions: [] });
    expect(score.nps).toHaveProperty("unpublished");
  });

  it("says that nothing is judged where every claim is null", async () => {
    const messages = [["F1", "customer", true, true, "[{'topic': price, 'sentiment': positive}]"]];
    const score = await scoreOf({
      truth: { messages, customers: [["C1", "2026-10-31", 0.5, true]] },
      run: {
        churn_scores: [["C1", "2026-10-31", null]],
        feedback_credibility: [["F1", null]],
        feedback_speakers: [["F1", null]],
        feedback_details: [["F1", null]],
        feedback_topics: [["F1", null, null]],
        action_effects: [[null, null, null, null, null, null]],
        friction_points: [[null, null, null, null, null, null]],
        metrics: [["nps", "2026-10-31", "all", null, null, null]],
      },
    });
    for (const aspect of [score.churn, score.credibility, score.speakers, score.details]) {
      expect(aspect).toMatchObject({ n: 0, coverage: 0 });
    }
    expect(score.topics).toMatchObject({ n: 1, coverage: 0, micro_f1: 0, sentiment: { n: 0 } });
    expect(score.frictions).toMatchObject({ causes: 0, unknown_frictions: 1 });
    expect(score.actions).toMatchObject({ n: 0, other_outcomes: 1 });
  });

  it("expects the folder of a truth", async () => {
    const world = scoreAgainstTruth;
    const engine = await import("../../src/warehouse/duckdb.js").then(({ openDuckDb }) => openDuckDb());
    try {
      await expect(world(await engine.connect(), "/nowhere")).rejects.toThrow(UserError);
    } finally {
      engine.close();
    }
  });
});
