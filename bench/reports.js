/**
 * Measures all reports of the nightly pipeline in both languages over what is published in this checkout.
 *
 *     npm start && npm run bench:reports
 *
 * Prints one JSON object: seconds for each report, from opening the notebook to its last page, and for all.
 */
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { openPublishedReport } from "../dist/pipeline/published-report.js";

const pipeline = process.argv[2] ?? "pipelines/nightly.yaml";
const names = [...readFileSync(pipeline, "utf8").matchAll(/^ {2}(\w+):\s*\{?\s*report:/gm)].map(
  ([, name]) => name,
);
const load = loadavg()[0];
const reports = {};
const start = performance.now();
for (const name of names) {
  const from = performance.now();
  const report = await openPublishedReport(name, pipeline, undefined);
  let bytes = 0;
  for (const locale of report.locales) {
    const { content } = await report.render("html", locale, ".");
    bytes = Math.max(bytes, content.length);
  }
  await report.close();
  reports[name] = { seconds: seconds(from), largest_kb: Math.round(bytes / 1000) };
}
const all = seconds(start);
const result = {
  cores: availableParallelism(),
  load_before: Math.round(load * 100) / 100,
  reports,
  all_seconds: all,
  allowed_seconds: 15,
  is_within: all <= 15,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);

function seconds(from) {
  return Math.round(performance.now() - from) / 1000;
}
