import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  brier,
  decileRows,
  deciles,
  f1,
  logLoss,
  metricIntervals,
  rank,
  rocAuc,
} from "../../src/ml/metrics.js";
import { calibrationFloor, expectedCalibrationError } from "../../src/ml/reliability.js";
import { Random } from "../../src/stats/random.js";

const labels = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0];
const probabilities = [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.2, 0.05];

describe("metrics", () => {
  it("agree with scikit-learn 1.7 on twelve rows with ties", () => {
    const ranked = rank(labels, probabilities);
    expect(rocAuc(ranked)).toBeCloseTo(0.7142857142857144, 12);
    expect(averagePrecision(ranked)).toBeCloseTo(0.6885281385281385, 12);
    expect(brier(ranked)).toBeCloseTo(0.22354166666666667, 12);
    expect(logLoss(ranked)).toBeCloseTo(0.6309767411244757, 12);
    expect(accuracy(ranked)).toBeCloseTo(2 / 3, 12);
    expect(f1(ranked)).toBeCloseTo(2 / 3, 12);
  });

  it("agree with the definition of ECE written in numpy", () => {
    expect(expectedCalibrationError(rank(labels, probabilities))).toBeCloseTo(0.3375, 12);
  });

  it("do not depend on the order of the rows, and count a row twice as two rows", () => {
    const metrics = [rocAuc, averagePrecision, brier, logLoss, accuracy, f1, expectedCalibrationError];
    const row = fc.record({ label: fc.integer({ min: 0, max: 1 }), p: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.integer(), (drawn, seed) => {
        const rows = [{ label: 0, p: 7 }, { label: 1, p: 9 }, ...drawn];
        const of = (values: typeof rows) =>
          rank(
            values.map(({ label }) => label),
            values.map(({ p }) => p / 20),
          );
        const shuffled = new Random(seed).shuffle([...rows]);
        const doubled = of(rows.flatMap((value) => [value, value]));
        const twice = new Float64Array(rows.length).fill(2);
        for (const metric of metrics) {
          expect(metric(of(shuffled))).toBeCloseTo(metric(of(rows)), 9);
          expect(metric(of(rows), twice)).toBeCloseTo(metric(doubled), 9);
        }
      }),
    );
  });

  it("are NaN where they have no meaning", () => {
    expect(rocAuc(rank([1, 1], [0.2, 0.3]))).toBeNaN();
    expect(averagePrecision(rank([0, 0], [0.2, 0.3]))).toBeNaN();
  });

  it("refuse what is no label and no probability", () => {
    expect(() => rank([0, 2], [0.1, 0.2])).toThrow("found 2 in row 1");
    expect(() => rank([0, 1], [0.1, 1.2])).toThrow("found 1.2 in row 1");
    expect(() => rank([0, 1], [0.1, NaN])).toThrow("found NaN in row 1");
    expect(() => rank([0, 1], [0.1])).toThrow("found 1 for 2");
  });
});

describe("deciles", () => {
  it("count rows, positives, lift and gain from the most probable tenth down", () => {
    const table = deciles(
      rank(
        Array.from({ length: 40 }, (_, i) => (i < 8 || i === 39 || i === 20 ? 1 : 0)),
        Array.from({ length: 40 }, (_, i) => 1 - i / 40),
      ),
    );
    expect(table[0]).toMatchObject({ decile: 1, rows: 4, positives: 4, rate: 1, lift: 4, gain: 0.4 });
    expect(table[0]?.mean_probability).toBeCloseTo((1 + 39 / 40 + 38 / 40 + 37 / 40) / 4, 12);
    expect(table[5]).toMatchObject({ rows: 4, positives: 1, lift: 1, gain: 0.9 });
    expect(table[9]).toMatchObject({ rows: 4, positives: 1, gain: 1 });
  });
});

describe("bootstrap intervals of metrics", () => {
  const random = new Random("metrics test");
  const p = Array.from({ length: 2000 }, () => random.uniform());
  const truth = p.map((probability) => (random.uniform() < probability ? 1 : 0));
  const ranked = rank(truth, p);

  it("bracket the value with about the width that theory gives", () => {
    const { auc } = metricIntervals(ranked, { auc: rocAuc }, { seed: 1 });
    // Calibrated uniform probabilities have AUC 5/6; Hanley & McNeil (1982) give its standard error at 1,000 of each.
    expect(Math.abs(auc.value - 5 / 6)).toBeLessThan(0.03);
    const [q1, q2, a] = [auc.value / (2 - auc.value), (2 * auc.value ** 2) / (1 + auc.value), auc.value];
    const error = Math.sqrt((a * (1 - a) + 999 * (q1 - a * a) + 999 * (q2 - a * a)) / 1e6);
    expect(auc.high - auc.low).toBeGreaterThan(2 * 1.96 * error * 0.8);
    expect(auc.high - auc.low).toBeLessThan(2 * 1.96 * error * 1.2);
  });

  it("repeat themselves for the same seed", () => {
    const options = { resamples: 50, seed: 5 };
    expect(metricIntervals(ranked, { brier }, options)).toEqual(metricIntervals(ranked, { brier }, options));
  });

  it("are given for the lift and gain of each decile", () => {
    const rows = decileRows(ranked, { resamples: 100, seed: 1 });
    expect(rows.map(({ decile }) => decile)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { lift, lift_low, lift_high, gain, gain_low, gain_high } of rows) {
      expect(lift_low).toBeLessThanOrEqual(lift);
      expect(lift_high).toBeGreaterThanOrEqual(lift);
      expect(gain_low).toBeLessThanOrEqual(gain);
      expect(gain_high).toBeGreaterThanOrEqual(gain);
    }
    // Uniform calibrated probabilities: the first tenth has 95% positives among 50%.
    expect(Math.abs(rows[0]!.lift - 1.9)).toBeLessThan(0.1);
  });

  it("show calibrated probabilities within the floor of perfect calibration", () => {
    const floor = calibrationFloor(ranked, { seed: 1 });
    expect(expectedCalibrationError(ranked)).toBeLessThan(floor.p95);
    // Ten bins of 200 rows: E|N(0, p(1-p)/200)| averaged over p uniform is sqrt(2/pi) * pi/8 / sqrt(200).
    expect(floor.mean).toBeCloseTo((Math.sqrt(2 / Math.PI) * (Math.PI / 8)) / Math.sqrt(200), 2);
  });
});
