import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "../support/project.js";
import { run } from "../support/run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string) => readFileSync(`${root}/${name}`, "utf8");

/** SELECTs by the table that each makes. */
type Tables = Record<string, string>;

const none = (columns: string) => {
  const typed = columns.split(", ").map((column) => {
    const [name = "", type = ""] = column.split(" ");
    return `null::${type} as "${name}"`;
  });
  return `select ${typed.join(", ")} limit 0`;
};

const projects: Project[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

/** A pipeline of planted tables and one report. */
function reporting(report: string, tables: Tables, loads: Record<string, string> = {}): Project {
  const stages = [
    ...Object.entries(loads).map(([name, load]) => `  ${name}: ${load}`),
    ...Object.keys(tables).map((name) => `  ${name}: { sql: sql/${name}.sql }`),
    `  ${report}: { report: reports/${report}.md }`,
  ];
  const project = new Project({
    "pipelines/nightly.yaml": `name: planted
params:
  as_of: { type: date, default: "2026-10-31" }
  horizon_days: { type: integer, default: 90 }
  active_days: { type: integer, default: 180 }
  holdout_percent: { type: number, default: 5 }
  psi_moderate: { type: number, default: 0.1 }
  psi_large: { type: number, default: 0.25 }
stages:
${stages.join("\n")}
`,
    ...Object.fromEntries(Object.entries(tables).map(([name, sql]) => [`pipelines/sql/${name}.sql`, sql])),
    [`reports/${report}.md`]: read(`reports/${report}.md`),
  });
  projects.push(project);
  return project;
}

/** The words of a published page, in one line. */
function words(project: Project, report: string, locale: "en" | "it"): string {
  return project
    .read(`reports/out/${report}.${locale}.html`)
    .replace(/^[^]*?<body/, "<body")
    .replace(/<\/?(bdi|strong|em|code)\b[^>]*>/g, "")
    .replace(/<details[^]*?<\/details>|<script[^]*?<\/script>|<svg[^]*?<\/svg>|<[^>]*>/g, " ")
    .replace(/[\s\u00a0]+/g, " ");
}

/** What a night leaves whose churn model and lifetime value are both refused. */
const refused: Tables = {
  churn_model: `select 'refused' as status, '12 of 400 customers came back: no churn model' as reason, 0.0 as train_rows,
    0.0 as validation_rows, 0.0 as validation_positives, '2026-10-31' as trained_as_of, null::varchar as validated_from`,
  churn_scores: "select 'c1' as customer_id, date '2026-10-31' as as_of, null::double as churn_probability",
  customers_tonight:
    "select 'c1' as customer_id, date '2026-10-31' as as_of, 'consumer' as segment, 100::decimal(12, 2) as spend_365_days",
  customers_at_risk: none(
    "customer_id varchar, churn_probability double, yearly_spend double, revenue_at_risk double, days_since_last_order bigint",
  ),
  reasons: none(
    "model varchar, item_id varchar, rank bigint, direction varchar, fact_en varchar, fact_it varchar",
  ),
  holdout: none("customer_id varchar, assigned_on date"),
  treatable_customers: "select 'c1' as customer_id",
  feature_names:
    "select 'silence' as feature, 'days of silence' as label_en, 'giorni di silenzio' as label_it",
  value_names: none("feature varchar, value varchar, label_en varchar, label_it varchar"),
  churn_metrics: none("metric varchar, value double, low double, high double"),
  churn_drivers: none("feature varchar, importance double, low double, high double, direction double"),
  churn_effects: none("feature varchar, value varchar, effect double, low double, high double, n double"),
  churn_groups: none(
    "column_name varchar, level varchar, rows double, metric varchar, value double, low double, high double",
  ),
  churn_comparison: none(
    `metric varchar, champion double, challenger double, gain double, gain_low double, gain_high double, verdict varchar, reason_en varchar, reason_it varchar`,
  ),
  realised_accuracy: `select date '2026-10-31' as as_of, date '2027-01-29' as known_on, 'too early' as status, 'all' as customers, 0 as n,
    null::double as predicted, null::double as realised, null::double as low, null::double as high, null::double as brier, null::double as auc`,
  realised_calibration: none(
    "as_of date, decile bigint, predicted double, realised double, low double, high double, n bigint",
  ),
  holdout_effect: `select date '2026-10-31' as as_of, date '2027-01-29' as known_on, 'too early' as status, 0 as held_out,
    null::double as held_out_churn, 0 as treatable, null::double as treatable_churn, null::double as difference, null::double as low, null::double as high`,
  churn_population: `select date '2026-10-31' as as_of, 'asked' as "group", 'active' as reason, 1 as customers
    union all select date '2026-10-31', 'left out', 'lost_already', 7`,
  drift: none("feature varchar, psi double, psi_by_chance double, status varchar, reference_on date"),
  lifetime_value_model: `select 'refused' as status, '3 customers bought on more than one day' as reason, null::varchar as family, '2026-10-31' as as_of,
    365.0 as horizon_days, null::double as holdout_weeks, null::double as holdout_purchases_actual, null::double as holdout_purchases_predicted,
    null::double as holdout_interval_coverage, 'refused' as spend_status, 'too few' as spend_reason`,
  lifetime_value_families: none(
    "family varchar, status varchar, reason varchar, bic double, holdout_mae double, holdout_bias double, holdout_log_score double",
  ),
  lifetime_value_fit: none("week double, is_held_out boolean, actual double, expected double"),
  lifetime_value_holdout: none("frequency double, customers double, actual double, predicted double"),
  lifetime_value: none(
    `customer_id varchar, probability_alive double, expected_purchases double, expected_value double, expected_value_parameter_low double, expected_value_parameter_high double, value_prediction_low double, value_prediction_high double`,
  ),
};

/** A night with a model, a hundred customers of whom five are held out, and outcomes of an earlier night. */
const known: Tables = {
  ...refused,
  churn_model: `select 'trained' as status, null::varchar as reason, 900.0 as train_rows, 300.0 as validation_rows,
    90.0 as validation_positives, '2026-10-31' as trained_as_of, '2026-08-02' as validated_from`,
  churn_scores:
    "select 'c' || i as customer_id, date '2026-10-31' as as_of, case when i < 10 then 0.8 else 0.2 end as churn_probability from range(100) as t (i)",
  customers_tonight:
    "select 'c' || i as customer_id, date '2026-10-31' as as_of, 'consumer' as segment, 100::decimal(12, 2) as spend_365_days from range(100) as t (i)",
  holdout: "select 'c' || i as customer_id, date '2026-01-01' as assigned_on from range(5) as t (i)",
  treatable_customers: "select 'c' || i as customer_id from range(5, 100) as t (i)",
  customers_at_risk:
    "select 'c' || i as customer_id, 0.8 as churn_probability, 100.0 as yearly_spend, 80.0 as revenue_at_risk, 60 as days_since_last_order from range(5, 10) as t (i)",
  reasons:
    "select 'churn' as model, 'c5' as item_id, 1 as rank, 'raises' as direction, 'silent for 60 days' as fact_en, 'in silenzio da 60 giorni' as fact_it",
  churn_metrics: `select unnest(['auc', 'lift_top_decile', 'brier', 'ece', 'ece_if_calibrated']) as metric, 0.5 as value, 0.4 as low, 0.6 as high`,
  churn_drivers: "select 'silence' as feature, 0.5 as importance, 0.4 as low, 0.6 as high, 0.9 as direction",
  churn_effects: `select 'silence' as feature, (10 * i)::varchar as value, i / 4 - 0.5 as effect, i / 4 - 0.6 as low, i / 4 - 0.4 as high, 40.0 as n from range(5) as t (i)`,
  churn_comparison: `select unnest(['auc', 'brier']) as metric, 0.7 as champion, 0.8 as challenger, 0.1 as gain,
    0.05 as gain_low, 0.15 as gain_high, 'promoted' as verdict, 'the challenger is better' as reason_en, 'lo sfidante è migliore' as reason_it`,
  realised_accuracy: `select date '2026-07-01' as as_of, date '2026-09-29' as known_on, 'known' as status, 'all' as customers, 500 as n,
    0.25 as predicted, 0.4 as realised, 0.36 as low, 0.44 as high, 0.2 as brier, 0.75 as auc`,
  holdout_effect: `select date '2026-07-01' as as_of, date '2026-09-29' as known_on, 'known' as status, 60 as held_out, 0.5 as held_out_churn,
    440 as treatable, 0.3 as treatable_churn, 0.2 as difference, 0.07 as low, 0.33 as high`,
  drift: `select * from (values ('tenure_days', 0.5, 0.01, 'large', date '2026-05-01'), ('silence', 0.3, 0.01, 'large', date '2026-05-01'),
    ('churn_probability', 0.01, 0.02, 'stable', date '2026-05-01')) as t (feature, psi, psi_by_chance, status, reference_on)`,
};

describe("the report on churn and value", () => {
  const trained = reporting("churn_and_value", known);
  beforeAll(() => run(trained), 60_000);

  it("says in words that there is no model, and what is known all the same", async () => {
    const project = reporting("churn_and_value", refused);
    const { notices } = await run(project);
    expect(notices).toEqual([]);
    const english = words(project, "churn_and_value", "en");
    expect(english).toContain("12 of 400 customers came back: no churn model");
    expect(english).toContain("There is no lifetime value: 3 customers bought on more than one day.");
    expect(english).toContain("7 customers are left out");
    for (const silent of [
      "Whom to call first",
      "n/a",
      "nothing to show",
      "29 January 2027",
      "drift has",
      "NaN",
    ])
      expect(english).not.toContain(silent);
    expect(words(project, "churn_and_value", "it")).toContain(
      "Non c'è un valore dei clienti nel tempo: «3 customers",
    );
  });

  it("counts everyone in its totals and names nobody who is held out", () => {
    const english = words(trained, "churn_and_value", "en");
    expect(english).toContain("10 of 100 active customers are more likely to leave than to stay");
    expect(english).toContain("They spent €1,000 in a year");
    expect(english).toContain("The totals above cover all 100 active customers. 5 of them are held out");
    expect(english).toContain("c5 €80 silent for 60 days");
    expect(english).not.toMatch(/\bc[0-4]\b/);
    expect(words(trained, "churn_and_value", "it")).toContain("in silenzio da 60 giorni");
  });

  it("opens with what the data say: predictions that were too low, acting that helps, drift that the calendar does not explain", () => {
    const english = words(trained, "churn_and_value", "en");
    const [opening = ""] = english.split("Who is at risk, and what they carry");
    expect(opening).toContain("40.0% left, 25.0% had been predicted");
    expect(opening).toContain("by 20.0% (7.0% to 33.0%)");
    expect(opening).toContain("since the model was trained, in 1 feature:");
    expect(opening).toContain("A challenger was tried: the challenger is better.");
    expect(english).toContain("Days of silence: large drift, PSI 0.30");
    expect(english).toContain("The calendar moves some features whatever customers do");
  });
});

const contract = (name: string) => `${read(`pipelines/contracts/${name}.yaml`)}max_quarantined: 1\n`;

/** A delivery with three faults, one of them in a column of personal data. */
function delivery(tables: Tables = {}, unspoken = none("feature varchar")): Project {
  const project = reporting(
    "data_quality",
    {
      feedback: none("occurred_at timestamp"),
      touchpoints: none("occurred_at timestamp"),
      cases: none("opened_at timestamp"),
      actions: none("started_at timestamp"),
      ...tables,
    },
    {
      customers: "{ load: data/customers.csv, contract: contracts/customers.yaml }",
      transactions: "{ load: data/transactions.csv, contract: contracts/transactions.yaml }",
      labels_are_usable: "{ check: sql/labels_are_usable.sql, severity: warning }",
      reasons_have_words: "{ check: sql/reasons_have_words.sql, severity: warning }",
    },
  );
  project.write("pipelines/sql/labels_are_usable.sql", none("label varchar"));
  project.write("pipelines/sql/reasons_have_words.sql", unspoken);
  for (const name of ["customers", "transactions"])
    project.write(`pipelines/contracts/${name}.yaml`, contract(name));
  const customer = "customer_id,registered_at,segment,birth_year,city,province,language,email,phone,handle";
  project.write(
    "data/customers.csv",
    `${customer},marketing_consent,loyalty_tier
k1,2026-10-01 09:00:00,consumer,1980,Como,CO,it,ada@example.org,,,true,base
k2,2026-10-02 09:00:00,consumer,1754,Lecce,LE,it,bea@example.org,,,true,base
k3,2026-10-03 09:00:00,stranger,1990,Lecce,LE,it,carla@example.org,,,true,base
`,
  );
  const day = (i: number) => new Date(Date.UTC(2026, 9, 31 - i)).toISOString().slice(0, 10);
  const sales = Array.from(
    { length: 196 },
    (_, i) =>
      `t${i},o${i},k1,purchase,${day(i)} 10:00:00,web,,p1,shoes,1,${i === 3 ? "12;5x" : "20.00"},0.00,,,`,
  );
  project.write(
    "data/transactions.csv",
    `transaction_id,order_id,customer_id,kind,occurred_at,channel,store_id,product_id,category,quantity,amount,discount,carrier,promised_on,delivered_at
${sales.join("\n")}
`,
  );
  return project;
}

describe("the report on the data", () => {
  const project = delivery();
  beforeAll(() => run(project), 60_000);

  it("counts what broke the contract by reason, and says where each came first", () => {
    const english = words(project, "data_quality", "en");
    expect(english).toContain("3 records broke the contract and stayed out");
    expect(english).toContain("customers birth_year expected 1900 to 2020 1 customers.csv 2");
    expect(english).toContain(
      "customers segment expected one of consumer, family, business 1 customers.csv 3",
    );
    expect(words(project, "data_quality", "it")).toContain(
      "customers segment atteso uno tra consumer, family, business",
    );
  });

  it("shows the shape of what was found and never a value", () => {
    const english = words(project, "data_quality", "en");
    expect(english).toContain("customers customers.csv 2 birth_year 9999");
    expect(english).toContain("transactions transactions.csv 4 amount 99;9a");
    for (const locale of ["en", "it"]) {
      const page = project.read(`reports/out/data_quality.${locale}.html`);
      for (const value of ["1754", "stranger", "12;5x", "bea@"]) expect(page).not.toContain(value);
    }
  });

  it("is silent about what is as usual, and tells a late table, an absent one and a warning", async () => {
    const late =
      "select timestamp '2026-10-10' - to_days(i::integer) as occurred_at from range(150) as t (i)";
    const other = delivery({ touchpoints: late }, "select 'silence' as feature");
    await run(other);
    const english = words(other, "data_quality", "en");
    const [opening = ""] = english.split("What broke the contract");
    expect(opening).toContain("Touchpoints are late: the newest row is of 10 October 2026, 21 days ago.");
    expect(opening).toContain("Cases: no rows.");
    expect(opening).toContain("Every reason has words; 1 row should not be there.");
    expect(opening).not.toMatch(/Transactions are late|unusual week/);
  });
});
