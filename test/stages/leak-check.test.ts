import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { Random } from "../../src/stats/random.js";
import { mistake, mistakes } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { ask, open, run } from "../support/run.js";

const first = Date.UTC(2025, 0, 1);

function day(number: number): string {
  return new Date(first + number * 86_400_000).toISOString().slice(0, 10);
}

/** Orders of 300 customers in 300 days, some of them often, some rarely, and complaints that are solved within 40 days. */
function events(): { orders: string; cases: string } {
  const random = new Random("orders");
  const orders: string[] = [];
  const cases: string[] = [];
  for (let customer = 0; customer < 300; customer++) {
    const pace = 5 + 60 * random.uniform();
    for (let at = pace * random.uniform(); at < 300; at += 2 * pace * random.uniform()) {
      orders.push(
        `o${orders.length},c${customer},${day(Math.floor(at))} 12:00:00,${Math.ceil(50 * random.uniform())}`,
      );
      if (random.uniform() < 0.2) {
        const opened = Math.floor(at) + 1;
        cases.push(
          `k${cases.length},c${customer},${day(opened)} 09:00:00,${day(opened + Math.ceil(40 * random.uniform()))} 09:00:00`,
        );
      }
    }
  }
  return {
    orders: `order_id,customer_id,ordered_at,amount\n${orders.join("\n")}\n`,
    cases: `case_id,customer_id,opened_at,resolved_at\n${cases.join("\n")}\n`,
  };
}

const { orders, cases } = events();

function shop(features: Record<string, string> = {}, spine = ""): Project {
  const planted = Object.entries(features).map(([name, sql]) => `,\n  ${sql} as ${name}`);
  return testProject({
    "pipelines/nightly.yaml": `name: shop
params: { as_of: { type: date, default: 2025-10-20 } }
stages:
  orders: { load: data/orders.csv, contract: contracts/orders.yaml }
  cases: { load: data/cases.csv, contract: contracts/cases.yaml }
  spine: { sql: sql/spine.sql }
  features: { sql: sql/features.sql }
  labels: { sql: sql/labels.sql }
  churn: { train: models/churn.yaml }
`,
    "pipelines/contracts/orders.yaml": `key: [order_id]
event_at: ordered_at
known_at: ordered_at
columns:
  order_id: { type: varchar, required: true }
  customer_id: { type: varchar, required: true }
  ordered_at: { type: timestamp, required: true }
  amount: { type: double }
`,
    "pipelines/contracts/cases.yaml": `key: [case_id]
event_at: opened_at
known_at: opened_at
columns:
  case_id: { type: varchar, required: true }
  customer_id: { type: varchar, required: true }
  opened_at: { type: timestamp, required: true }
  resolved_at: { type: timestamp, known_at: resolved_at }
`,
    "pipelines/sql/spine.sql": `with dates as (
  select ($as_of::date - 30 * step::integer) as as_of from range(4) as steps(step)
)
select distinct customer_id, as_of
from dates join orders on ordered_at < as_of + interval 1 day and ordered_at >= as_of - 60 ${spine}
`,
    "pipelines/sql/features.sql": `select customer_id, spine.as_of,
  count(*) filter (ordered_at < spine.as_of + interval 1 day) as orders_so_far,
  round(avg(amount) filter (ordered_at < spine.as_of + interval 1 day), 2) as mean_amount,
  date_diff('day', max(ordered_at) filter (ordered_at < spine.as_of + interval 1 day), spine.as_of) as days_since_order${planted.join("")}
from spine join orders using (customer_id)
group by customer_id, spine.as_of
`,
    "pipelines/sql/labels.sql": `select customer_id, spine.as_of, spine.as_of + 30 as known_on,
  case when spine.as_of + 30 <= $as_of::date then
    count(*) filter (ordered_at >= spine.as_of + interval 1 day and ordered_at < spine.as_of + interval 31 day) = 0
  end as has_churned
from spine join orders using (customer_id)
group by customer_id, spine.as_of
`,
    "models/churn.yaml": `kind: tabular
name: churn
key: [customer_id, as_of]
time: as_of
cluster: customer_id
features: { table: features }
label: { table: labels, column: has_churned, known_on: known_on }
words: { rows: customers, positive: left, model: churn model }
output: churn_probability
network: { epochs: 2, groups: 2, members: 1, width: 8 }
`,
    "data/orders.csv": orders,
    "data/cases.csv": cases,
  });
}

describe("the leak check", () => {
  it.each([
    [
      "orders of the next 30 days",
      "count(*) filter (ordered_at between spine.as_of + interval 1 day and spine.as_of + interval 31 day)",
    ],
    [
      "days until the next order",
      "date_diff('day', spine.as_of, min(ordered_at) filter (ordered_at >= spine.as_of + interval 1 day))",
    ],
    [
      "a column that is filled in later",
      "(select count(*) from cases where cases.customer_id = spine.customer_id and opened_at < spine.as_of and resolved_at is null)",
    ],
    [
      "the label under another name",
      "any_value((select has_churned from labels where labels.customer_id = spine.customer_id and labels.as_of = spine.as_of))",
    ],
    ["an age counted from tonight", "date_diff('day', min(ordered_at), any_value($as_of::date))"],
  ])("names a feature made of %s, and nothing is trained", async (_, sql) => {
    const project = shop({ planted: sql });
    const found = await mistake(run(project));
    expect(found.exitCode).toBe(exitCodes.contractBroken);
    expect(found.message).toMatch(
      /^the feature planted looks into the future: it differs in \d+ of \d+ rows when made only of what was known on 2025-09-20, for example for customer_id = c\d+, as_of = 2025-0\d-\d\d: .+ tonight, .+ then$/,
    );
    expect(found.place).toMatchObject({ file: "models/churn.yaml", line: 6 });
    await expect(ask(project, "select 1")).rejects.toThrow("nothing is published");
  });

  it("names every leaking feature, and no other", async () => {
    const found = await mistakes(run(shop({ first_leak: "count(*)", second_leak: "max(ordered_at)::date" })));
    expect(found.map(({ message }) => /feature (\w+)/.exec(message)?.[1])).toEqual([
      "first_leak",
      "second_leak",
    ]);
  });

  it("finds a spine of customers who are known to come back", async () => {
    const comeBack =
      "and (customer_id < 'c2' or exists (select 1 from orders as later where later.customer_id = orders.customer_id and later.ordered_at > as_of + interval 1 day))";
    const found = await mistake(run(shop({}, comeBack)));
    expect(found.message).toMatch(
      /^whether features has a row looks into the future: .* c\d+, as_of = 2025-09-20, which is there tonight, but was not there then$/,
    );
  });

  it("lets honest features pass without a word", async () => {
    const { notices, publication } = await run(shop());
    expect(notices).toEqual([]);
    expect(publication.models.churn).toMatch(/^2025-10-20-/);
  });

  it("suspects a feature that alone tells the outcome though its contract knows of no time", async () => {
    const project = shop({ closed: "any_value(accounts.is_closed)" });
    project.replace(
      "pipelines/sql/features.sql",
      "join orders using (customer_id)",
      "join orders using (customer_id) join accounts using (customer_id)",
    );
    project.replace(
      "pipelines/nightly.yaml",
      "  spine:",
      "  accounts: { load: data/accounts.csv, contract: contracts/accounts.yaml }\n  spine:",
    );
    project.write(
      "pipelines/contracts/accounts.yaml",
      "columns:\n  customer_id: { type: varchar }\n  is_closed: { type: boolean }\n",
    );
    const bought = orders.split("\n").filter((line) => /,2025-(09-2[1-9]|09-30|10-[01]\d|10-20) /.test(line));
    const staying = new Set(bought.map((line) => line.split(",")[1]));
    const closed = Array.from({ length: 300 }, (_, index) => `c${index},${!staying.has(`c${index}`)}`);
    project.write("data/accounts.csv", `customer_id,is_closed\n${closed.join("\n")}\n`);
    const { notices } = await run(project);
    expect(notices.join()).toMatch(/churn: the feature closed alone tells almost everything \(AUC 1\.000\)/);
  });
});

describe("a score as a feature", () => {
  const scored = (reading: string) => {
    const project = shop({ earlier_score: "any_value(scores.churn_probability)" });
    project.replace("pipelines/sql/features.sql", "group by", `${reading}\ngroup by`);
    project.replace(
      "pipelines/nightly.yaml",
      "  labels:",
      "  scores: { score: models/old.yaml, on: spine, history: { columns: { customer_id: varchar, churn_probability: double } } }\n  old: { train: models/old.yaml }\n  labels:",
    );
    project.write(
      "models/old.yaml",
      project
        .read("models/churn.yaml")
        .replace("name: churn", "name: old")
        .replace("table: features", "table: spine"),
    );
    return project;
  };

  it("is refused when tonight's model made it, also by way of another table", async () => {
    const project = scored("");
    project.replace(
      "pipelines/sql/features.sql",
      "using (customer_id)",
      "using (customer_id) left join shown as scores using (customer_id)",
    );
    project.replace("pipelines/nightly.yaml", "  labels:", "  shown: { sql: sql/shown.sql }\n  labels:");
    project.write("pipelines/sql/shown.sql", "select * from scores\n");
    const found = await mistake(open(project));
    expect(found.message).toBe(
      "the features in features come from scores, which models/old.yaml makes tonight: for an earlier date it knows what came later",
    );
    expect(found.place).toEqual({ file: "pipelines/sql/shown.sql", line: 1, column: 15 });
    expect(found.hint).toContain("history.scores");
  });

  it("may be read from history", async () => {
    const project = scored("");
    project.replace(
      "pipelines/sql/features.sql",
      "using (customer_id)",
      "using (customer_id) left join history.scores as scores on scores.customer_id = spine.customer_id and scores.as_of < spine.as_of",
    );
    project.replace("pipelines/sql/features.sql", "select customer_id", "select spine.customer_id");
    project.replace("pipelines/sql/features.sql", "group by customer_id", "group by spine.customer_id");
    await expect(open(project)).resolves.toBeDefined();
  });
});
