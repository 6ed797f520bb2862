/**
 * Retrains the churn model by hand, as one would in a notebook: other features, another network, another cut in time.
 *
 *     ancora run && node docs/examples/retrain.js [store] [epochs]
 */
import {
  averagePrecision,
  brier,
  explainTabular,
  metricIntervals,
  networkSpec,
  openWarehouse,
  predictTabular,
  rank,
  recogniseFrame,
  rocAuc,
  selectRows,
  trainTabular,
} from "ancora";
import console from "node:console";
import process from "node:process";

const [store = "data/store", epochs = "16"] = process.argv.slice(2);
const warehouse = await openWarehouse(store);

// A first look, as a danfo.js frame.
const churnByDate = await warehouse.dataFrame(`
  select as_of::varchar as as_of, count(*) as customers, round(avg(has_churned::integer), 3) as churned
  from churn_labels where has_churned is not null group by as_of order by as_of`);
churnByDate.print();

// What the model may look at, with one feature more than the nightly one has.
const rows = await warehouse.columns(`
  select features.* exclude (customer_id, as_of), features.spend_90_days / nullif(features.spend_365_days, 0) as recent_share,
    has_churned, features.as_of = max(features.as_of) over () as is_newest,
    -- To learn from: outcomes that were known by the newest date.
    known_on <= max(features.as_of) over () as is_past
  from customer_features as features
  join churn_labels using (customer_id, as_of)
  where has_churned is not null
  order by features.as_of, customer_id`);
const columns = Object.fromEntries(rows.map(({ name, values }) => [name, Array.from(values)]));
const { has_churned: churned, is_newest: newest, is_past: known, ...features } = columns;
const { frame } = recogniseFrame(features);
const where = (flags) => [...flags.keys()].filter((row) => flags[row] === 1);
const [past, latest] = [where(known), where(newest)];
const labels = (chosen) => Uint8Array.from(chosen, (row) => churned[row]);

const { model } = await trainTabular(selectRows(frame, past), labels(past), {
  spec: networkSpec.parse({ epochs: Number(epochs) }),
  seed: 1,
  onProgress: (share) => process.stderr.write(`\rtraining, ${Math.round(100 * share)}%`),
});
process.stderr.write("\n");

const probabilities = await predictTabular(model, selectRows(frame, latest));
const measures = metricIntervals(
  rank(labels(latest), probabilities),
  { auc: rocAuc, average_precision: averagePrecision, brier },
  { seed: 1 },
);
for (const [name, { value, low, high }] of Object.entries(measures))
  console.log(`${name}: ${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`);

const { columns: names, contributions } = await explainTabular(model, selectRows(frame, latest.slice(0, 1)));
const reasons = names.map((name, index) => ({ name, contribution: contributions[index] }));
reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
console.log("the first customer:", reasons.slice(0, 5));

// For Python and others.
await warehouse.write("select * from customer_features", "customer_features.arrow");
await warehouse.write("select * from customer_features", "customer_features.parquet");
warehouse.close();
