import { SqlFiles } from "./files.js";

const columns = {
  customers: "customer_id varchar, registered_at timestamp, segment varchar",
  transactions: `transaction_id varchar, order_id varchar, customer_id varchar, kind varchar, occurred_at timestamp, channel varchar,
    store_id varchar, product_id varchar, category varchar, quantity integer, amount decimal(12,2), discount decimal(12,2),
    carrier varchar, promised_on date, delivered_at timestamp`,
  touchpoints: `touchpoint_id varchar, customer_id varchar, occurred_at timestamp, stage varchar, channel varchar, kind varchar,
    outcome varchar, order_id varchar, store_id varchar, carrier varchar, product_id varchar, minutes double`,
  cases: "case_id varchar, customer_id varchar, order_id varchar, opened_at timestamp",
  feedback: `feedback_id varchar, occurred_at timestamp, source varchar, brand varchar, customer_id varchar, order_id varchar,
    product_id varchar, store_id varchar, nps integer, ces integer`,
  feedback_topics: "feedback_id varchar, topic varchar, journey_stage varchar, sentiment double",
  actions: `action_id varchar, name varchar, kind varchar, unit varchar, unit_id varchar, arm varchar, is_randomised boolean,
    started_at timestamp`,
  friction_effect: `friction varchar, status varchar, exposed double, compared double, exposed_rate double, comparable_rate double,
    effect double, effect_low double, effect_high double, standard_error double, overlap double, effective_size double,
    largest_difference_before double, largest_difference_after double, counted double, value_effect double,
    value_effect_low double, value_effect_high double`,
  action_estimates: `action_id varchar, outcome varchar, status varchar, design varchar, treated_after double, treated_before double,
    untreated_after double, untreated_before double, clusters double, clustered_by varchar, treated_mean double,
    expected_mean double, effect double, effect_low double, effect_high double, standard_error double, p_value double,
    trend_gap double, trend_gap_low double, trend_gap_high double, trend_p_value double`,
} as const;

type Table = keyof typeof columns;

/** Fields of a row; those that are left out are null. */
export type Planted = Record<string, string | number | boolean>;

export const night = {
  as_of: "2026-06-30",
  horizon_days: 90,
  active_days: 180,
  min_group_size: 3,
  friction_rows: 1000,
  action_rows: 1000,
};

const used = {
  topic_names: [],
  orders: ["as_of"],
  friction_exposures: ["as_of"],
  friction_cohort: ["as_of", "horizon_days", "active_days", "friction_rows"],
  friction_shares: ["as_of", "min_group_size"],
  friction_voices: ["as_of", "min_group_size"],
  friction_points: ["as_of", "horizon_days", "min_group_size"],
  action_moments: ["as_of", "horizon_days", "active_days", "action_rows"],
  action_effects: ["as_of", "horizon_days"],
} as const satisfies Record<string, readonly (keyof typeof night)[]>;

const features = ["topic_names", "orders", "friction_cohort", "action_moments"];

/** The tables that frictions and actions are told from: empty but for planted rows, and the project's own policy. */
export async function plant(rows: Partial<Record<Table, readonly Planted[]>> = {}): Promise<SqlFiles> {
  const files = await SqlFiles.open();
  for (const [table, definition] of Object.entries(columns)) {
    await files.session.execute(`create table ${table} (${definition})`);
  }
  for (const [table, planted] of Object.entries(rows)) {
    for (const row of planted) {
      await files.session.execute(
        `insert into ${table} (${Object.keys(row).join(", ")}) values (${Object.values(row)
          .map((value) => (typeof value === "string" ? `'${value}'` : String(value)))
          .join(", ")})`,
      );
    }
  }
  for (const policy of ["friction_events", "topics", "action_outcomes"]) await files.policy(policy);
  return files;
}

/** Makes tables by their SQL files, one after another. */
export async function make(files: SqlFiles, ...tables: (keyof typeof used)[]): Promise<void> {
  for (const table of tables) {
    const parameters = Object.fromEntries(used[table].map((name) => [name, night[name]]));
    await files.make(features.includes(table) ? "features" : "marts", table, parameters);
  }
}

/** An order of one line, delivered the day after it was promised at the latest unless it says otherwise. */
export function order(order_id: string, customer_id: string, day: string, more: Planted = {}): Planted {
  return {
    transaction_id: `t-${order_id}`,
    order_id,
    customer_id,
    kind: "purchase",
    occurred_at: `${day} 10:00:00`,
    channel: "web",
    product_id: "P1",
    category: "rugs",
    quantity: 1,
    amount: 50,
    discount: 0,
    ...more,
  };
}
