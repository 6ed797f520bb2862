import { afterEach, describe, expect, it } from "vitest";
import { records } from "../../src/result.js";
import type { SqlFiles } from "./files.js";
import { make, order, plant, type Planted } from "./friction-tables.js";

let files: SqlFiles | undefined;

afterEach(() => {
  files?.close();
  files = undefined;
});

async function ask(sql: string) {
  if (!files) throw new Error("nothing is planted");
  return records(await files.session.query(sql));
}

function campaign(id: string, started: string, arms: Record<string, "treated" | "control">): Planted[] {
  return Object.entries(arms).map(([unit_id, arm]) => ({
    action_id: id,
    name: `Campaign ${id}`,
    kind: "campaign",
    unit: "customer",
    unit_id,
    arm,
    is_randomised: true,
    started_at: `${started} 08:00:00`,
  }));
}

describe("the moments by which actions are judged", () => {
  const arms = { a: "treated", b: "control" } as const;

  it("are windows of a campaign's customers, after it and before, with what was bought in them", async () => {
    files = await plant({
      actions: campaign("A", "2026-02-01", arms),
      transactions: [
        order("1", "a", "2025-07-10"),
        order("2", "a", "2025-12-20"),
        order("3", "a", "2026-03-01"),
        order("4", "b", "2025-07-20"),
      ],
    });
    await make(files, "orders", "friction_exposures", "action_moments");
    expect(
      await ask(`select customer_id, period, is_treated, value from action_moments
        where outcome = 'repeat_purchase' order by customer_id, moment_at`),
    ).toEqual([
      { customer_id: "a", period: "earlier", is_treated: true, value: 0 },
      { customer_id: "a", period: "before", is_treated: true, value: 1 },
      { customer_id: "a", period: "after", is_treated: true, value: 1 },
      { customer_id: "b", period: "earlier", is_treated: false, value: 0 },
      { customer_id: "b", period: "before", is_treated: false, value: 0 },
      { customer_id: "b", period: "after", is_treated: false, value: 0 },
    ]);
    // Of those who had bought in the half year before; without cases and support nobody knows of contacts.
    expect(
      await ask(
        "select customer_id, period from action_moments where outcome = 'churn' and period = 'after'",
      ),
    ).toEqual([{ customer_id: "a", period: "after" }]);
    expect(await ask("select * from action_moments where outcome in ('contacts', 'nps')")).toEqual([]);
  });

  it("do not reach into days that have not come", async () => {
    files = await plant({
      actions: campaign("A", "2026-05-01", arms),
      transactions: [order("1", "a", "2025-07-10"), order("2", "b", "2025-07-10")],
    });
    await make(files, "orders", "friction_exposures", "action_moments");
    expect(await ask("select distinct period from action_moments order by period")).toEqual([
      { period: "before" },
      { period: "earlier" },
    ]);
  });

  it("are orders through a fix's stores, each with whether another followed", async () => {
    const store = (unit_id: string, arm: string): Planted => ({
      action_id: "F",
      name: "More tills",
      kind: "fix",
      unit: "store",
      unit_id,
      arm,
      is_randomised: false,
      started_at: "2026-01-01",
    });
    files = await plant({
      actions: [store("S1", "treated"), store("S2", "control")],
      transactions: [
        order("1", "a", "2025-11-01", { store_id: "S1", channel: "store" }),
        order("2", "a", "2026-02-01", { store_id: "S1", channel: "store" }),
        order("3", "a", "2026-03-01"),
        order("4", "b", "2026-02-01", { store_id: "S2", channel: "store" }),
        order("5", "b", "2026-06-01", { store_id: "S2", channel: "store" }),
      ],
    });
    await make(files, "orders", "friction_exposures", "action_moments");
    expect(
      await ask(`select unit_id, period, is_treated, value from action_moments
        where outcome = 'repeat_purchase' order by unit_id, moment_at`),
    ).toEqual([
      { unit_id: "S1", period: "before", is_treated: true, value: 0 },
      { unit_id: "S1", period: "after", is_treated: true, value: 1 },
      { unit_id: "S2", period: "after", is_treated: false, value: 0 },
    ]);
  });
});

describe("the verdict on an action", () => {
  const arms = { a: "treated", b: "control" } as const;
  const estimated = {
    outcome: "repeat_purchase",
    status: "estimated",
    design: "randomised",
    clustered_by: "unit_id",
    clusters: 500,
    treated_mean: 0.6,
    expected_mean: 0.5,
    trend_gap: 0,
    trend_p_value: 0.5,
  };

  async function verdicts(estimates: readonly Planted[]) {
    const ids = estimates.map((row) => String(row.action_id));
    files = await plant({
      actions: ids.flatMap((id) => campaign(id, "2026-02-01", arms)),
      action_estimates: estimates,
    });
    await make(files, "action_effects");
    return ask(
      "select action, verdict, p_adjusted, reason from action_effects where outcome = 'repeat_purchase' order by action",
    );
  }

  it("is by Holm's p-values of all actions together", async () => {
    const effect = (action_id: string, p_value: number) => ({
      ...estimated,
      action_id,
      effect: 0.1,
      effect_low: 0.01,
      effect_high: 0.19,
      p_value,
    });
    // Holm (1979): 0.001 x 4, 0.015 x 3, 0.03 x 2, and 0.04, which may not come before 0.06.
    const found = await verdicts([
      effect("A", 0.015),
      effect("B", 0.001),
      effect("C", 0.04),
      effect("D", 0.03),
    ]);
    expect(found.map(({ action, verdict, p_adjusted }) => [action, verdict, p_adjusted])).toEqual([
      ["A", "worked", 0.045],
      ["B", "worked", 0.004],
      ["C", "cannot_be_told", 0.06],
      ["D", "cannot_be_told", 0.06],
    ]);
  });

  it("is that it did not work when it did harm, or surely too little", async () => {
    const found = await verdicts([
      {
        ...estimated,
        action_id: "harm",
        effect: -0.1,
        effect_low: -0.15,
        effect_high: -0.05,
        p_value: 0.0001,
      },
      { ...estimated, action_id: "nil", effect: 0, effect_low: -0.008, effect_high: 0.008, p_value: 0.9 },
    ]);
    expect(found.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ["did_not_work", "worse than chance explains"],
      ["did_not_work", "whatever it does is less than is worth having"],
    ]);
  });

  it("is not given where the trends differed before", async () => {
    const found = await verdicts([
      {
        ...estimated,
        action_id: "A",
        design: "difference_in_differences",
        effect: 0.2,
        effect_low: 0.1,
        effect_high: 0.3,
        p_value: 0.0001,
        trend_p_value: 0.001,
      },
    ]);
    expect(found).toMatchObject([
      { verdict: "cannot_be_told", reason: "the trends differed before it began" },
    ]);
  });

  it("waits until the time has passed, and is given for every outcome", async () => {
    files = await plant({ actions: campaign("A", "2026-05-01", arms) });
    await make(files, "action_effects");
    expect(await ask("select outcome, verdict, effect from action_effects")).toEqual(
      ["churn", "contacts", "nps", "repeat_purchase"].map((outcome) => ({
        outcome,
        verdict: "too_early",
        effect: null,
      })),
    );
  });

  it("of a fix on churn mirrors that on repeat purchase, and few units are a caveat", async () => {
    files = await plant({
      actions: ["V1", "V2", "V3"].map((unit_id, index) => ({
        action_id: "F",
        name: "Depot",
        kind: "fix",
        unit: "carrier",
        unit_id,
        arm: index === 0 ? "treated" : "control",
        is_randomised: false,
        started_at: "2026-01-01",
      })),
      action_estimates: [
        {
          ...estimated,
          action_id: "F",
          design: "difference_in_differences",
          clustered_by: "customer_id",
          effect: 0.03,
          effect_low: 0.01,
          effect_high: 0.05,
          p_value: 0.001,
        },
      ],
    });
    await make(files, "action_effects");
    expect(
      await ask(
        "select verdict, effect, effect_low, effect_high, caveat from action_effects where outcome = 'churn'",
      ),
    ).toEqual([
      {
        verdict: "worked",
        effect: -0.03,
        effect_low: -0.05,
        effect_high: -0.01,
        caveat: "only 3 units: what else befell one of them counts as effect",
      },
    ]);
  });

  it("is on nothing where there are no actions", async () => {
    files = await plant({ transactions: [order("1", "a", "2026-01-01")] });
    await make(files, "orders", "friction_exposures", "action_moments", "action_effects");
    expect(await ask("select * from action_effects")).toEqual([]);
    expect(await ask("select * from action_moments")).toEqual([]);
  });
});
