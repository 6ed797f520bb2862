import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { naiveBayesAuc } from "./bayes.js";
import { aucOf, makeWorld, minutes, type World } from "./world.js";

/** What an id or another text looks like: its characters one by one, as a number, its length and make-up. */
function looks(column: string, places = 8): string[] {
  return [
    ...Array.from({ length: places }, (_, place) => `ascii(${column}[${place + 1}])`),
    `length(${column})`,
    `ascii(${column}[-1])`,
    `(${column} is null)::integer`,
    `length(regexp_replace(${column}, '[^0-9]', '', 'g'))`,
    `length(regexp_replace(${column}, '[0-9A-Za-z]', '', 'g'))`,
  ];
}

/** How a moment is written: its seconds and what divides them. */
function clock(column: string): string[] {
  return [`second(${column})`, `minute(${column})`, `(minute(${column}) * 60 + second(${column})) % 7`];
}

describe("what the data of a sample world give away", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 8000, seed: 11 });
    // `place` is the quarter of the file: finer, it would show the bursts of fakes, which the world has on purpose.
    await world.session.execute(`
      create macro in_order(source) as table
      from (select *, ntile(4) over (order by position) as place from (select *, row_number() over () as position from query_table(source)));
      create table review as
      select ordered.*, not is_genuine as is_fake
      from in_order('feedback') as ordered join true_messages using (feedback_id)
      where source = 'review' and brand = 'own';
      create table customer_row as
      select ordered.*, is_churned
      from in_order('customers') as ordered join true_customers using (customer_id)
      where as_of = '2026-10-31' and customer_id in (
        select customer_id from transactions where occurred_at > timestamp '2026-05-01' and kind = 'purchase'
      );
      -- While every cause is as strong as ever: times of exposure are no leak.
      create table sale_row as
      select ordered.*, exposed.order_id is not null as is_exposed
      from in_order('transactions') as ordered
      left join (select distinct order_id from true_exposures where cause not in ('app_problem', 'chemical_smell')) as exposed
        using (order_id)
      where kind = 'purchase' and occurred_at between timestamp '2026-05-01' and timestamp '2026-09-01';
      create table contact_row as
      select *, outcome = 'problem' as is_exposed from touchpoints
      where kind in ('invoice', 'queue', 'refund', 'return') and occurred_at > timestamp '2026-03-01';`);
  }, minutes);
  afterAll(() => world.close());

  it.each([
    {
      secret: "which reviews are fake",
      from: "review",
      key: "feedback_id",
      group: "author_id",
      label: "is_fake",
      features: ["place", ...looks("feedback_id"), ...looks("author_id"), ...clock("occurred_at")],
    },
    {
      secret: "who will churn",
      from: "customer_row",
      key: "customer_id",
      label: "is_churned",
      features: [
        "place",
        ...looks("customer_id"),
        ...looks("email"),
        ...looks("phone"),
        ...looks("handle"),
        ...clock("registered_at"),
      ],
    },
    {
      secret: "which orders meet friction",
      from: "sale_row",
      key: "transaction_id",
      group: "order_id",
      label: "is_exposed",
      features: ["place", ...looks("transaction_id"), ...looks("order_id"), ...clock("occurred_at")],
    },
    {
      secret: "which contacts are problems",
      from: "contact_row",
      key: "touchpoint_id",
      group: "customer_id",
      label: "is_exposed",
      features: [...looks("touchpoint_id"), ...clock("occurred_at")],
    },
  ])("ids, file order and formats do not tell $secret", async ({ from, key, group, label, features }) => {
    const auc = await naiveBayesAuc(world, { from, key, group, label, features });
    expect(auc).toBeGreaterThan(0.45);
    expect(auc).toBeLessThan(0.55);
  });

  it("would be seen if ids told something", async () => {
    const auc = await naiveBayesAuc(world, {
      from: "review",
      key: "feedback_id",
      label: "ascii(feedback_id[5]) % 2 = 0",
      features: [...looks("feedback_id"), ...clock("occurred_at")],
    });
    expect(auc).toBeGreaterThan(0.95);
  });

  it("no single column tells fake reviews from genuine ones", async () => {
    const views = [
      ...[
        "order_id",
        "store_id",
        "thread_id",
        "reach",
        "nps",
        "csat",
        "ces",
        "text",
        "language",
        "customer_id",
      ].map((column) => `(${column} is null)::integer`),
      ...["author_id", "product_id", "customer_id", "text", "language"].flatMap((column) => [
        `length(${column})`,
        `dense_rank() over (order by ${column} nulls first)`,
      ]),
      "epoch(occurred_at)",
      "hour(occurred_at)",
      "isodow(occurred_at)",
      "is_verified::integer",
      "rating",
      "abs(rating - 3)",
      "count(*) over (partition by author_id)",
      "count(*) over (partition by product_id)",
      "count(*) over (partition by occurred_at::date)",
    ];
    for (const view of views) {
      const auc = await world.number(aucOf("review", view, "is_fake"));
      expect(Math.max(auc, 1 - auc), view).toBeLessThan(0.75);
    }
  });

  it("no pipeline, model, check or report reads the truth", async () => {
    for (const folder of ["pipelines", "models", "reports"]) {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const file of files.filter((entry) => entry.isFile() && /\.(sql|ya?ml|md)$/.test(entry.name))) {
        const path = join(file.parentPath, file.name);
        expect(await readFile(path, "utf8"), path).not.toMatch(
          /truth\/|true_(messages|customers|causes|actions)/,
        );
      }
    }
  });
});
