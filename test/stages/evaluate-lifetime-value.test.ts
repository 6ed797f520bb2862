import { describe, expect, it } from "vitest";
import {
  evaluateLifetimeValue,
  readLifetimeValueModel,
  type LifetimeValueRequest,
} from "../../src/stages/evaluate-lifetime-value.js";
import { lifetimeValueSchema } from "../../src/stages/lifetime-value-spec.js";
import { mistake } from "../support/errors.js";
import { testProject } from "../support/project.js";
import { csv, purchasesWorld } from "./purchases-world.js";

const spec = lifetimeValueSchema.parse({
  kind: "lifetime_value",
  purchases: { table: "purchases", customer: "customer_id", date: "purchased_on", amount: "amount" },
});
const world = purchasesWorld(400, "evaluate");

async function evaluate(text: string, request: Partial<LifetimeValueRequest> = {}) {
  const project = testProject({ "sales.csv": text });
  const notes: string[] = [];
  const evaluation = await evaluateLifetimeValue(
    {
      data: project.path("sales.csv"),
      customer: "customer",
      date: "day",
      amount: "amount",
      calibrationEnd: "2025-06-30",
      ...request,
    },
    spec,
    (message) => notes.push(message),
  );
  return { evaluation, notes };
}

describe("an evaluation of transactions", () => {
  it("has the parameters, the best family and the held-out errors", async () => {
    const { evaluation } = await evaluate(csv(world));
    expect(evaluation).toMatchObject({
      calibration_end: "2025-06-30",
      converged: true,
      spend_converged: true,
      left_out: { without_customer: 0, returns: 0 },
    });
    for (const name of ["r", "alpha", "a", "b", "p", "q", "v"]) expect(evaluation[name]).toBeGreaterThan(0);
    const later = world.filter(({ day }) => day > "2025-06-30");
    const known = new Set(world.filter(({ day }) => day <= "2025-06-30").map(({ customer }) => customer));
    const days = new Set(
      later.filter(({ customer }) => known.has(customer)).map(({ customer, day }) => customer + day),
    );
    expect(evaluation.customers).toBe(known.size);
    expect(evaluation.holdout).toMatchObject({ customers: known.size, purchases_actual: days.size });
    expect(evaluation.families).toHaveLength(3);
  });

  it("counts several purchases of one day as one, and their amounts together", async () => {
    const halves = world.flatMap(({ customer, day, amount }) => {
      const half = (Number(amount) / 2).toFixed(4);
      return [`${customer},${day},${half}`, `${customer},${day},${half}`];
    });
    const { evaluation: split } = await evaluate(["customer,day,amount", ...halves, ""].join("\n"));
    const { evaluation: whole } = await evaluate(csv(world));
    expect(split).toEqual({ ...whole, rows: 2 * world.length });
  });

  it("reads dates as 19970930, and in a format that is given", async () => {
    const { evaluation: iso } = await evaluate(csv(world));
    const compact = world.map((sale) => ({ ...sale, day: sale.day.replaceAll("-", "") }));
    expect((await evaluate(csv(compact))).evaluation).toEqual(iso);
    const italian = world.map((sale) => ({ ...sale, day: sale.day.split("-").reverse().join("/") }));
    expect((await evaluate(csv(italian), { dateFormat: "%d/%m/%Y" })).evaluation).toEqual(iso);
  });

  it("multiplies two columns", async () => {
    const lines = world.map(
      ({ customer, day, amount }) => `${customer},${day},2,${(Number(amount) / 2).toFixed(4)}`,
    );
    const text = ["customer,day,quantity,price", ...lines, ""].join("\n");
    const { evaluation } = await evaluate(text, { amount: "quantity*price" });
    expect(evaluation).toEqual((await evaluate(csv(world))).evaluation);
  });

  it("leaves out returns and rows without a customer, and says so", async () => {
    const { evaluation, notes } = await evaluate(
      `${csv(world)}c1,2025-01-01,-3\n,2025-01-01,3\n,not a date,x\n`,
    );
    expect(evaluation.left_out).toEqual({ without_customer: 2, returns: 1 });
    expect(notes).toEqual([
      "note: 2 rows without a customer are left out",
      "note: 1 returns (rows with an amount below zero) are left out",
    ]);
  });
});

describe("what cannot be evaluated is refused in words:", () => {
  const some = csv(world.slice(0, 40));
  it.each<[string, string, Partial<LifetimeValueRequest>, string]>([
    ["a column that is not there", some, { customer: "costumer" }, "has no column costumer"],
    ["a factor that is not there", some, { amount: "amount*rate" }, "has no column rate"],
    [
      "a date that is none",
      `${some}c1,soon,3\n`,
      {},
      "expected a date as 1997-09-30 or 19970930 in day, found 'soon' in record 41",
    ],
    ["a date that is missing", `${some}c1,,3\n`, {}, "in day, found nothing in record 41"],
    [
      "an amount that is none",
      `${some}c1,2025-01-01,"3,50"\n`,
      {},
      "expected an amount as 12.50 in amount, found '3,50' in record 41",
    ],
    [
      "a calibration end that is no date",
      some,
      { calibrationEnd: "30/06/2025" },
      "--calibration-end 30/06/2025: expected a date as",
    ],
    [
      "a calibration end after the data",
      some,
      { calibrationEnd: "2031-01-01" },
      "expected a day from the first purchase, 2024-01-0",
    ],
    ["a calibration end before the data", some, { calibrationEnd: "2001-01-01" }, "to before the last"],
    [
      "one customer",
      "customer,day,amount\nc1,2025-01-01,3\nc1,2025-08-01,3\n",
      {},
      "0 of 1 customers bought on more than one day",
    ],
    ["returns only", "customer,day,amount\nc1,2025-01-01,-3\n", {}, "has no purchase"],
  ])("%s", async (_, text, request, message) => {
    const error = await mistake(evaluate(text, request));
    expect(error.message).toContain(message);
  });

  it("customers who all bought once", async () => {
    const seen = new Set<string>();
    const once = world.filter(({ customer }) => !seen.has(customer) && seen.add(customer));
    const error = await mistake(evaluate(csv(once), { calibrationEnd: "2025-01-31" }));
    expect(error.message).toMatch(
      /no model of purchases: 0 of \d+ customers bought on more than one day, fewer than 30/,
    );
  });
});

it("tells a model of lifetime value from others", () => {
  expect(readLifetimeValueModel("models/lifetime_value.yaml")).toMatchObject({ kind: "lifetime_value" });
  expect(readLifetimeValueModel("models/churn.yaml")).toBeUndefined();
});
