/** Files of a small shop's project: loads with contracts, statements over them, a check and an export. */
export function shopFiles(): Record<string, string> {
  return {
    "pipelines/nightly.yaml": `name: shop
params:
  data: { type: string, default: data/inbox }
  as_of: { type: date, default: latest }
  horizon_days: { type: integer, default: 30 }
stages:
  customers: { load: $data/customers*.csv, contract: contracts/customers.yaml }
  orders: { load: $data/orders*.csv, contract: contracts/orders.yaml }
  paid_orders: { sql: sql/paid_orders.sql }
  spending:
    sql: sql/spending.sql
    history: { columns: { customer_id: varchar, spent: "decimal(12,2)" } }
  cities: { sql: sql/cities.sql }
  no_negative_spending: { check: sql/no_negative_spending.sql, description: Returns are never more than sales. }
  spending_file: { export: spending, to: data/outbox/spending.csv }
`,
    "pipelines/contracts/customers.yaml": `key: [customer_id]
columns:
  customer_id: { type: varchar, required: true }
  name: { type: varchar }
  city: { type: varchar, current_only: true }
`,
    "pipelines/contracts/orders.yaml": `key: [order_id]
event_at: ordered_at
known_at: ordered_at
columns:
  order_id: { type: varchar, required: true }
  customer_id: { type: varchar, required: true }
  ordered_at: { type: timestamp, required: true }
  amount: { type: "decimal(12,2)", required: true, range: [-1000, 100000] }
`,
    "pipelines/sql/paid_orders.sql": `select order_id, customer_id, ordered_at, amount
from orders
where amount > 0 and ordered_at::date <= $as_of::date
`,
    "pipelines/sql/spending.sql": `with recent as (
  select * from paid_orders where ordered_at::date > $as_of::date - $horizon_days::integer
)
select customer_id, name, coalesce(sum(amount), 0)::decimal(12,2) as spent, count(order_id)::integer as orders
from customers left join recent using (customer_id)
group by all
`,
    "pipelines/sql/cities.sql": "select city, count(*)::integer as customers from customers group by city\n",
    "pipelines/sql/no_negative_spending.sql": "select * from spending where spent < 0\n",
    "data/inbox/customers.csv": `customer_id,name,city
c1,Ada,Lucca
c2,Bruno,Prato
c3,Carla,Prato
`,
    "data/inbox/orders-1.csv": `order_id,customer_id,ordered_at,amount
o1,c1,2026-03-01 10:00:00,10.50
o2,c1,2026-03-02 11:30:00,20
o3,c2,2026-03-02 18:45:00,7.25
`,
    "data/inbox/orders-2.csv": `order_id,customer_id,ordered_at,amount
o4,c2,2026-03-03 09:00:00,100
o5,c1,2026-03-03 12:00:00,-10.50
`,
  };
}

/** The shop with what JavaScript computes as well: a model that is trained and applied, and a report. */
export function shopWithModelFiles(): Record<string, string> {
  const files = shopFiles();
  const customers = Array.from({ length: 300 }, (_, index) => `m${index},Name ${index},Pisa\n`);
  return {
    ...files,
    "pipelines/nightly.yaml": `${files["pipelines/nightly.yaml"]}  visits: { sql: sql/visits.sql }
  leaving: { sql: sql/leaving.sql }
  churn: { train: models/churn.yaml }
  churn_scores: { score: models/churn.yaml, on: visits }
  summary: { report: reports/summary.md }
`,
    "data/inbox/customers-2.csv": `customer_id,name,city\n${customers.join("")}`,
    "pipelines/sql/visits.sql": `select customer_id, date '2025-10-01' + (30 * month)::integer as as_of,
  (hash(customer_id, month) % 10)::integer as visits, (hash(month, customer_id) % 7)::integer as complaints
from customers, range(4) as months(month)
`,
    "pipelines/sql/leaving.sql": `select customer_id, as_of, complaints > visits as has_left, as_of + 30 as known_on
from visits
`,
    "models/churn.yaml": `kind: tabular
name: churn
key: [customer_id, as_of]
time: as_of
cluster: customer_id
features: { table: visits }
label: { table: leaving, column: has_left, known_on: known_on }
words: { rows: customers, positive: left, model: churn model }
output: churn_probability
network: { epochs: 2, groups: 2, members: 1, width: 8 }
`,
    "reports/summary.md": `---
title: { en: Summary, it: Sintesi }
findings:
  - { en: "{{ total.customers }} customers", it: "{{ total.customers }} clienti" }
---

\`\`\`sql total
select count(*)::integer as customers from spending
\`\`\`

::: en
There are {{ total.customers }} customers.
:::

::: it
Ci sono {{ total.customers }} clienti.
:::
`,
  };
}
