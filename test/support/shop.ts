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
