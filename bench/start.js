/**
 * Measures `npm start` in a copy of this checkout, first without a store and then with nothing new, and `ancora plan`.
 *
 *     npm run bench
 *
 * Prints one JSON object: seconds, and the largest memory of the command's own process. Linux only.
 */
import { rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { freshCopy, measure } from "./checkout.js";

const folder = freshCopy();
try {
  const load = loadavg()[0];
  const first = await measure("npm", ["start", "--silent"], folder);
  const second = await measure("npm", ["start", "--silent"], folder);
  const plan = await measure(process.execPath, ["bin/ancora.js", "plan"], folder);
  const most = {
    first: { seconds: 60, peak_rss_mb: 2048 },
    second: { seconds: 3 },
  };
  const result = {
    cores: availableParallelism(),
    node: process.version,
    load_before: Math.round(load * 100) / 100,
    first,
    second,
    plan,
    second_to_first: Math.round((1000 * second.seconds) / first.seconds) / 1000,
    allowed: most,
    is_within:
      first.seconds <= most.first.seconds &&
      first.peak_rss_mb <= most.first.peak_rss_mb &&
      second.seconds <= most.second.seconds,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
