import { sigmoid } from "../../src/ml/calibration.js";
import type { Frame } from "../../src/ml/frame.js";
import { Random } from "../../src/stats/random.js";

/** Customers whose chance of leaving is known: a wave in their months, a step by plan, nothing from the noise. */
export function plantedWorld(
  n: number,
  seed: string,
): { frame: Frame; labels: Uint8Array; truth: Float64Array } {
  const random = new Random(seed);
  const months = Float64Array.from({ length: n }, () => 60 * random.uniform());
  const noise = Float64Array.from({ length: n }, () => random.normal());
  const plan = Array.from({ length: n }, () => ["basic", "plus", null][random.integer(3)] ?? null);
  const truth = months.map((month, i) => sigmoid(2 * Math.sin(month / 6) + (plan[i] === "plus" ? 1.5 : -1)));
  const labels = Uint8Array.from(truth, (p) => (random.uniform() < p ? 1 : 0));
  const columns: Frame["columns"] = [
    { name: "months", kind: "number", values: months },
    { name: "noise", kind: "number", values: noise },
    { name: "plan", kind: "category", values: plan },
  ];
  return { frame: { n, columns }, labels, truth };
}
