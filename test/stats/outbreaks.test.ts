import { describe, expect, it } from "vitest";
import { outbreaks, type FamilyCounts } from "../../src/stats/outbreaks.js";
import { Random } from "../../src/stats/random.js";
import { poisson } from "./poisson.js";

const days = 730;
const learnDays = 91;
const options = { learnDays, minCount: 30 };

/**
 * Series without growth in two families. Three in four of a family move together from day to day, with a standard deviation of
 * a fifth; orders, a weekday and a season move all; means run from one in five days to thirty a day.
 */
function quiet(seed: number, n: number): FamilyCounts[] {
  const random = new Random(`quiet ${seed}`);
  const orders = Float64Array.from({ length: days }, (_, day) =>
    Math.round(200 * (1 + day / days) * (1 + 0.3 * Math.cos((2 * Math.PI * day) / 365.25))),
  );
  const shocks = ["said", "measured"].map(() =>
    Float64Array.from({ length: days }, () => Math.exp(0.2 * random.normal() - 0.02)),
  );
  return Array.from({ length: n }, (_, index) => {
    const mean = 0.2 * 150 ** (index / n);
    const shared = index % 4 > 0 ? shocks[index % 2]! : undefined;
    return {
      family: index % 2 === 0 ? "said" : "measured",
      firstDay: 20_000,
      counts: Float64Array.from({ length: days }, (_, day) =>
        poisson(
          random,
          ((mean * orders[day]!) / 250) * (shared ? shared[day]! : 1) * (day % 7 < 2 ? 0.6 : 1.1),
        ),
      ),
      exposures: [orders],
    };
  });
}

/** Beginnings of alarms of any series; days at most a week apart are one alarm of a series. */
function alarms(series: readonly FamilyCounts[], daysBetween: number): number {
  let count = 0;
  for (const { onceInDays } of outbreaks(series, options)) {
    let last = -Infinity;
    onceInDays.forEach((value, day) => {
      if (value < daysBetween) return;
      if (day - last > 7) count++;
      last = day;
    });
  }
  return count;
}

describe("one false-alarm rate over many series", () => {
  it("is kept where nothing grows, though series move together", () => {
    const worlds = 3;
    const tested = worlds * (days - learnDays);
    let count = 0;
    for (let world = 0; world < worlds; world++) count += alarms(quiet(world, 20), 91);
    // At most once in 91 days on average; the bound is not sharp.
    expect(count).toBeLessThanOrEqual(tested / 91);
  });

  it("leaves room to find a wave among them within a week or two", () => {
    const series = quiet(9, 8);
    const began = 650;
    const random = new Random("wave");
    const wave = series.find((one) => one.counts.reduce((sum, value) => sum + value, 0) > 4 * days)!;
    for (let day = began; day < days; day++)
      wave.counts[day]! += poisson(random, wave.counts[day]! * 2 ** ((day - began) / 10));
    const { onceInDays } = outbreaks(series, options)[series.indexOf(wave)]!;
    const found = onceInDays.findIndex((value, day) => day >= began && value >= 365);
    expect(found - began).toBeGreaterThanOrEqual(0);
    expect(found - began).toBeLessThanOrEqual(12);
  });

  it("gives families equal shares, however many series they have", () => {
    const [first, ...others] = quiet(2, 6);
    const alone = outbreaks([{ ...first!, family: "measured" }], options)[0]!;
    const among = outbreaks(
      [{ ...first!, family: "measured" }, ...others.map((one) => ({ ...one, family: "said" }))],
      options,
    )[0]!;
    for (let day = alone.watchedFrom; day < days; day++)
      expect(among.onceInDays[day]).toBeCloseTo(alone.onceInDays[day]! / 2, 9);
  });

  it("watches a series from so many events on", () => {
    const counts = Float64Array.from({ length: days }, (_, day) => (day % 10 === 0 ? 1 : 0));
    const series = { family: "said", firstDay: 20_000, counts, exposures: [new Float64Array(days).fill(1)] };
    const [test] = outbreaks([series], options);
    expect(test!.watchedFrom).toBe(290);
    const [never] = outbreaks([{ ...series, counts: new Float64Array(days) }], options);
    expect(never!.watchedFrom).toBe(days);
    expect(Math.max(...never!.onceInDays)).toBe(0);
  });
});
