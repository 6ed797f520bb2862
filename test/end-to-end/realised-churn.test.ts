import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";

const horizon = { as_of: "2026-04-30", horizon_days: 90 };
const night = "date '2026-01-30'";

/** Scores of one night, `[probability, has churned, is held out]` of each customer, and the purchases that follow from them. */
function world(customers: readonly (readonly [number, boolean, boolean])[]) {
  const values = customers.map(
    ([probability, churned, isHeldOut], index) => `('c${index}', ${probability}, ${churned}, ${isHeldOut})`,
  );
  const truth = `(values ${values.join(", ")}) as truth(customer_id, churn_probability, has_churned, is_held_out)`;
  return {
    "history.churn_scores": `select ${night} as as_of, customer_id, churn_probability::double as churn_probability from ${truth}`,
    transactions: `select customer_id, 'purchase' as kind, timestamp '2026-01-31 00:00:00' as occurred_at from ${truth} where not has_churned
      union all select customer_id, 'purchase', timestamp '2026-05-01 00:00:00' from ${truth}
      union all select customer_id, 'purchase', timestamp '2026-01-30 23:59:59' from ${truth}
      union all select customer_id, 'return', timestamp '2026-02-10 00:00:00' from ${truth}`,
    holdout: `select customer_id, ${night} as assigned_on from ${truth} where is_held_out`,
  };
}

async function realised(tables: Record<string, string>, parameters = horizon) {
  const planted = await plant(tables, parameters);
  for (const name of ["realised_churn", "realised_calibration", "realised_accuracy", "holdout_effect"])
    await planted.make(`marts/${name}.sql`);
  return planted;
}

function times<T>(n: number, item: T): T[] {
  return Array.from({ length: n }, () => item);
}

describe("realised churn", () => {
  it("gives the AUC and the Brier score of scikit-learn's example", async () => {
    const { rows } = await realised(
      world([
        [0.1, false, false],
        [0.4, false, false],
        [0.35, true, false],
        [0.8, true, false],
      ]),
    );
    expect(
      await rows(
        "select auc, brier, n, realised, predicted, status from realised_accuracy where customers = 'all'",
      ),
    ).toEqual([{ auc: 0.75, brier: 0.158125, n: 4, realised: 0.5, predicted: 0.4125, status: "known" }]);
  });

  it("counts ties half", async () => {
    const { rows } = await realised(
      world([
        [0.5, false, false],
        [0.5, true, false],
        [0.5, true, false],
        [0.2, false, false],
      ]),
    );
    expect(await rows("select auc from realised_accuracy where customers = 'all'")).toEqual([{ auc: 0.75 }]);
  });

  it("gives each tenth of the risk its share and Wilson's interval", async () => {
    const customers = Array.from({ length: 10 }, (_, tenth) => [
      ...times(5, [0.95 - tenth / 10, true, false] as const),
      ...times(15, [0.95 - tenth / 10, false, false] as const),
    ]).flat();
    const { rows } = await realised(world(customers));
    const calibration = await rows(
      "select decile, predicted, realised, round(low, 4) as low, round(high, 4) as high, n from realised_calibration",
    );
    expect(calibration).toHaveLength(10);
    expect(calibration[0]).toEqual({
      decile: 1,
      predicted: 0.95,
      realised: 0.25,
      low: 0.1119,
      high: 0.4687,
      n: 20,
    });
    expect(calibration[9]).toMatchObject({ decile: 10, predicted: 0.05 });
  });

  it("compares the hold-out with the others by Newcombe's interval, as in his paper", async () => {
    const { rows } = await realised(
      world([
        ...times(56, [0.5, true, true] as const),
        ...times(14, [0.5, false, true] as const),
        ...times(48, [0.5, true, false] as const),
        ...times(32, [0.5, false, false] as const),
      ]),
    );
    expect(
      await rows(
        "select status, held_out, treatable, difference, round(low, 4) as low, round(high, 4) as high from holdout_effect",
      ),
    ).toEqual([{ status: "known", held_out: 70, treatable: 80, difference: 0.2, low: 0.0524, high: 0.3339 }]);
  });

  it("says nothing of acting while few are held out, or were held out in time", async () => {
    const few = await realised(world([...times(49, [0.5, true, true] as const), [0.5, false, false]]));
    expect(await few.rows("select status, held_out, difference from holdout_effect")).toEqual([
      { status: "too few", held_out: 49, difference: null },
    ]);
    const tables = world(times(100, [0.5, true, true] as const));
    const late = await realised({
      ...tables,
      holdout: tables.holdout.replace(`${night} as`, "date '2026-01-31' as"),
    });
    expect(await late.rows("select status, held_out from holdout_effect")).toEqual([
      { status: "too few", held_out: 0 },
    ]);
  });

  it("is too early before the horizon has passed, and says when it will not be", async () => {
    const { rows } = await realised(world([[0.5, true, false]]), { ...horizon, as_of: "2026-04-29" });
    expect(await rows("select status, as_of, known_on, n, auc from realised_accuracy")).toEqual([
      { status: "too early", as_of: "2026-01-30", known_on: "2026-04-30", n: 0, auc: null },
    ]);
    expect(await rows("select status from holdout_effect")).toEqual([{ status: "too early" }]);
    expect(await rows("from realised_calibration")).toEqual([]);
  });
});
