/** The canonical tables and what is made of texts, without rows: replace those that a test is about. */
export const emptyTables = {
  customers: "select null::varchar as customer_id, null::varchar as segment where false",
  transactions: `select null::varchar as transaction_id, null::varchar as order_id, null::varchar as customer_id, null::varchar as kind,
    null::timestamp as occurred_at, null::varchar as channel, null::varchar as store_id, null::varchar as product_id,
    null::varchar as category, null::decimal(12,2) as amount, null::decimal(12,2) as discount, null::varchar as carrier,
    null::date as promised_on, null::timestamp as delivered_at where false`,
  touchpoints: `select null::varchar as touchpoint_id, null::varchar as customer_id, null::timestamp as occurred_at, null::varchar as stage,
    null::varchar as channel, null::varchar as kind, null::varchar as outcome where false`,
  cases: `select null::varchar as case_id, null::varchar as customer_id, null::varchar as order_id, null::varchar as feedback_id,
    null::timestamp as opened_at, null::timestamp as promised_by, null::timestamp as acknowledged_at, null::timestamp as resolved_at,
    null::timestamp as reopened_at where false`,
  actions: `select null::varchar as action_id, null::varchar as name, null::varchar as kind, null::varchar as unit, null::varchar as unit_id,
    null::varchar as arm, null::timestamp as started_at where false`,
  feedback: `select null::varchar as feedback_id, null::timestamp as occurred_at, null::varchar as source, null::varchar as brand,
    null::varchar as customer_id, null::double as rating, null::integer as rating_scale, null::integer as nps, null::integer as csat,
    null::integer as reach where false`,
  feedback_topics:
    "select null::varchar as feedback_id, null::varchar as topic, null::double as sentiment where false",
  feedback_signs:
    "select null::varchar as feedback_id, null::boolean as recommends, null::boolean as speaks_of_leaving where false",
  topic_names:
    "select 'delivery' as topic, 'purchase' as journey_stage, 'delivery' as label_en, 'consegna' as label_it",
  friction_exposures:
    "select null::varchar as friction, null::varchar as exposure, null::varchar as customer_id, null::timestamp as occurred_at where false",
  friction_events: "select 'late_delivery' as friction, 'delivery' as topic",
} as const;

/** Purchases of one piece: customer, order, moment, amount, and what else is not as usual. */
export interface Purchase {
  customer: string;
  order: string;
  at: string;
  amount?: number;
  discount?: number;
  kind?: "purchase" | "return";
  category?: string;
  promised?: string;
  delivered?: string;
}

/** A table `transactions` of purchases in a web shop. */
export function transactionsOf(purchases: readonly Purchase[]): string {
  const text = (value: string | undefined) => (value === undefined ? "null" : `'${value}'`);
  const rows = purchases.map(
    (
      {
        customer,
        order,
        at,
        amount = 10,
        discount = 0,
        kind = "purchase",
        category = "rugs",
        promised,
        delivered,
      },
      row,
    ) =>
      `('t${row}', ${text(order)}, ${text(customer)}, '${kind}', timestamp '${at}', 'web', null, 'p', '${category}',
        ${amount}::decimal(12,2), ${discount}::decimal(12,2), 'V1', ${text(promised)}::date, ${text(delivered)}::timestamp)`,
  );
  return `from (values ${rows.join(",\n")}) as t (transaction_id, order_id, customer_id, kind, occurred_at, channel, store_id, product_id,
    category, amount, discount, carrier, promised_on, delivered_at)`;
}
