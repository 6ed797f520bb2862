import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growthEvidence } from "../../src/stats/growth-detector.js";
import { Random } from "../../src/stats/random.js";
import { poisson } from "./poisson.js";

const days = 400;
const firstDay = 20_000;
const learnDays = 91;

/** Counts whose mean is 6 on weekdays and 3 at weekends, more in the second year, with the orders that explain it. */
function counts(seed: number, factor: (day: number) => number = () => 1) {
  const random = new Random(`growth ${seed}`);
  const orders = Float64Array.from({ length: days }, (_, day) =>
    Math.round((60 + day / 5) * (1 + 0.4 * Math.sin(day / 30)) * ((firstDay + day) % 7 < 5 ? 1 : 0.5)),
  );
  return {
    firstDay,
    counts: Float64Array.from({ length: days }, (_, day) =>
      poisson(random, (orders[day]! / 12) * factor(day)),
    ),
    exposures: [orders],
  };
}

/** First day on which the evidence reaches a bar, or -1. */
function alarmOf(series: ReturnType<typeof counts>, bar: number): number {
  return growthEvidence(series, learnDays).evidence.findIndex((value) => value >= bar);
}

describe("growth of daily counts", () => {
  it("is found within ten days of a doubling that goes on, and dated", () => {
    const began = 340;
    const delays = Array.from({ length: 12 }, (_, seed) => {
      const series = counts(seed, (day) => (day < began ? 1 : 2 * 2 ** ((day - began) / 14)));
      const { evidence, start } = growthEvidence(series, learnDays);
      const alarm = evidence.findIndex((value) => value >= 10_000);
      expect(Math.abs(start[alarm]! - began)).toBeLessThanOrEqual(7);
      return alarm - began;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(delays.filter((delay) => delay <= 10).length).toBeGreaterThanOrEqual(11);
  });

  it("is not what weekdays, a season and more orders bring", () => {
    const alarms = Array.from({ length: 12 }, (_, seed) => alarmOf(counts(seed), 10_000));
    expect(alarms.filter((alarm) => alarm >= 0)).toEqual([]);
  });

  it("is not one loud day", () => {
    for (const seed of [1, 2, 3]) {
      const series = counts(seed);
      series.counts[350] = 60;
      expect(alarmOf(series, 10_000)).toBe(-1);
    }
  });

  it("is told of a day from that day and earlier ones alone", () => {
    const whole = growthEvidence(
      counts(5, (day) => (day < 340 ? 1 : 3)),
      learnDays,
    );
    fc.assert(
      fc.property(fc.integer({ min: learnDays + 1, max: days }), (seen) => {
        const series = counts(5, (day) => (day < 340 ? 1 : 3));
        const early = growthEvidence(
          {
            firstDay,
            counts: series.counts.slice(0, seen),
            exposures: series.exposures.map((exposure) => exposure.slice(0, seen)),
          },
          learnDays,
        );
        expect(early.evidence).toEqual(whole.evidence.slice(0, seen));
        expect(early.start).toEqual(whole.start.slice(0, seen));
      }),
      { numRuns: 20 },
    );
  });

  it("counts what was expected since it began by the level of before", () => {
    const { countsSince, expectedSince, start, evidence } = growthEvidence(
      counts(7, (day) => (day < 340 ? 1 : 4)),
      learnDays,
    );
    const alarm = evidence.findIndex((value) => value >= 10_000);
    expect(start[alarm]).toBe(340);
    expect(countsSince[alarm]! / expectedSince[alarm]!).toBeGreaterThan(2.5);
  });

  it("neither begins nor ends with days that were not recorded", () => {
    const series = counts(3);
    for (let day = 300; day < 330; day++) series.counts[day] = NaN;
    const { evidence } = growthEvidence(series, learnDays);
    expect(Math.max(...evidence.slice(300))).toBeLessThan(10_000);
    expect(evidence[310]).toBeLessThan(100);
  });
});
