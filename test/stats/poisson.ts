import type { Random } from "../../src/stats/random.js";

/** A draw from a Poisson distribution, by multiplying uniforms (Knuth) for small means, else by the normal limit. */
export function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; count++) product *= random.uniform();
  return count;
}
