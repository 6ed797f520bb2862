import { cpSync, mkdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ancora, type CommandResult } from "../support/command.js";
import { ask, compute } from "../support/run.js";
import { describeWithData, exampleProject, pageText, publicData } from "./example.js";

const names = [
  "customers",
  "order_items",
  "order_payments",
  "order_reviews",
  "orders",
  "products",
  "sellers",
];
const raw = (name: string) =>
  `read_csv('${publicData}olist/${name}.csv', header = true, quote = '"', escape = '"')`;

describeWithData("the Olist example", "olist/orders.csv", () => {
  const project = exampleProject();
  let outcome: CommandResult;
  const published = (sql: string) => ask(project, sql, "data/store-olist");

  beforeAll(async () => {
    mkdirSync(project.path("inbox"), { recursive: true });
    for (const name of names) {
      cpSync(`${publicData}olist/${name}.csv`, project.path(`inbox/olist_${name}_dataset.csv`));
    }
    outcome = await ancora(["run", "pipelines/examples/olist.yaml", "--param", "data=inbox"], {
      cwd: project.folder,
    });
  });
  afterAll(() => project.remove());

  it("ends well, and says in words that there is no churn model", () => {
    expect(outcome.stderr).not.toContain("error:");
    expect(outcome.code).toBe(0);
    expect(outcome.stdout + outcome.stderr).toMatch(/[\d,]+ of [\d,]+ customers .*: no churn model/);
  });

  it("finds the files under the names of the shop's own archive and under short ones in a folder", async () => {
    const { code } = await ancora(
      ["plan", "pipelines/examples/olist.yaml", "--param", `data=${publicData}`],
      { cwd: project.folder },
    );
    expect(code).toBe(0);
  });

  it("counts a person once, whatever number each order gives them", async () => {
    const [expected] = await compute(
      `select count(distinct customer_unique_id)::integer as n from ${raw("customers")}`,
    );
    expect(await published("select count(*)::integer as n from customers")).toEqual([expected]);
  });

  it("sells every piece of an order that was not called off, at its price", async () => {
    const [expected] =
      await compute(`select count(*)::integer as n, sum(price::decimal(12, 2))::double as amount
      from ${raw("order_items")} join ${raw("orders")} using (order_id)
      where order_status not in ('canceled', 'unavailable')`);
    expect(
      await published("select count(*)::integer as n, sum(amount)::double as amount from transactions"),
    ).toEqual([expected]);
  });

  it("keeps every review, even those that share a number", async () => {
    const [expected] = await compute(
      `select count(*)::integer as n, sum(review_score)::integer as points from ${raw("order_reviews")}`,
    );
    expect(
      await published("select count(*)::integer as n, sum(rating)::integer as points from feedback"),
    ).toEqual([expected]);
  });

  it("names late delivery as what drives low scores most, beyond chance", async () => {
    const [first, second] = await published("select * from score_drivers order by rank limit 2");
    expect(first?.driver).toBe("late_delivery");
    expect(first?.share_of_low_low).toBeGreaterThan(Number(second?.share_of_low_high));
  });

  it("compares orders only with orders that are alike in all other circumstances", async () => {
    const patterns = await published(
      "select exposures, count(*)::integer as n, count(*) filter (is_low)::integer as low from exposures group by all",
    );
    const strata = new Map<number, { n: [number, number]; low: [number, number] }>();
    for (const row of patterns) {
      const exposures = Number(row.exposures);
      const side = exposures & 1;
      const stratum = strata.get(exposures - side) ?? { n: [0, 0], low: [0, 0] };
      stratum.n[side] = Number(row.n);
      stratum.low[side] = Number(row.low);
      strata.set(exposures - side, stratum);
    }
    let weights = 0;
    let weighted = 0;
    for (const { n, low } of strata.values()) {
      if (n[0] === 0 || n[1] === 0) continue;
      const weight = (n[0] * n[1]) / (n[0] + n[1]);
      weights += weight;
      weighted += weight * (low[1] / n[1] - low[0] / n[0]);
    }
    const [late] = await published("select difference from score_drivers where driver = 'late_delivery'");
    expect(Number(late?.difference)).toBeCloseTo(weighted / weights, 4);
  });

  it("takes a parcel as it was when the score was given", async () => {
    const [row] = await published(
      "select count(*) filter (has_arrived and waited_until > reviewed_at)::integer as from_the_future from order_facts",
    );
    expect(row?.from_the_future).toBe(0);
  });

  it("makes the report in both languages, with the finding and the refusal", () => {
    const english = pageText(project, "reports/out/olist/olist.en.html");
    expect(english).toMatch(/Late or missing at the promised date: this alone makes \d+% of all low scores/);
    expect(english).toMatch(/No churn model: [\d,]+ of [\d,]+ customers/);
    const italian = pageText(project, "reports/out/olist/olist.it.html");
    expect(italian).toMatch(/In ritardo o mai arrivato: da solo fa il \d+% dei voti bassi/);
    expect(italian).toMatch(/Nessun modello dell’abbandono: [\d.]+ clienti su [\d.]+/);
  });
});
