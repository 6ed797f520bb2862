import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { betaLogOdds } from "../../src/ml/beta-calibration.js";
import { sigmoid } from "../../src/ml/calibration.js";
import {
  calibratedProbability,
  calibrationSchema,
  chooseCalibration,
  type Calibration,
} from "../../src/ml/calibration-choice.js";
import { Random } from "../../src/stats/random.js";

/** Scores whose labels follow `truth`, dealt into five parts. */
function planted(n: number, truth: (score: number) => number) {
  const random = new Random("calibration choice");
  const scores = Float64Array.from({ length: n }, () => 2 * random.normal());
  const labels = Uint8Array.from(scores, (score) => Number(random.uniform() < truth(score)));
  return { scores, labels, parts: Int32Array.from(scores, (_, row) => row % 5) };
}

function choose(n: number, truth: (score: number) => number): Calibration {
  const { scores, labels, parts } = planted(n, truth);
  return chooseCalibration(scores, labels, parts);
}

function largestError(calibration: Calibration, truth: (score: number) => number): number {
  const scores = Array.from({ length: 61 }, (_, i) => -3 + i / 10);
  return Math.max(
    ...scores.map((score) => Math.abs(calibratedProbability(calibration, score) - truth(score))),
  );
}

describe("chooseCalibration", () => {
  it("takes Platt's sigmoid where nothing is better, be it needed or not", () => {
    expect(choose(2000, sigmoid).method).toBe("platt");
    const overconfident = (score: number) => sigmoid(0.5 * score - 1);
    const calibration = choose(8000, overconfident);
    expect(calibration.method).toBe("platt");
    expect(largestError(calibration, overconfident)).toBeLessThan(0.02);
  });

  it("takes beta calibration where scores are too sure on one side only", () => {
    const lopsided = (score: number) => sigmoid(betaLogOdds({ a: 0.3, b: 2, c: 0.5 }, score));
    const calibration = choose(4000, lopsided);
    expect(calibration.method).toBe("beta");
    expect(largestError(calibration, lopsided)).toBeLessThan(0.06);
  });

  it("takes isotonic regression for a staircase, from enough rows", () => {
    const staircase = (score: number) => (score < -1 ? 0.1 : score < 1 ? 0.5 : 0.6);
    expect(choose(20_000, staircase).method).toBe("isotonic");
    expect(choose(4000, staircase).method).not.toBe("isotonic");
  });

  it("keeps what it was in JSON", () => {
    const calibration = choose(500, sigmoid);
    expect(calibrationSchema.parse(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
  });

  it("never lets a higher score have a lower probability, nor any be impossible", () => {
    const scores = fc.array(fc.tuple(fc.double({ min: -20, max: 20, noNaN: true }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(scores, (drawn) => {
        const some = Array.from({ length: 8 }, (_, k) => [k / 10, k % 4 < 2] as const);
        const rows = [...some, ...drawn];
        const calibration = chooseCalibration(
          Float64Array.from(rows, ([score]) => score),
          Uint8Array.from(rows, ([, label]) => Number(label)),
          Int32Array.from(rows, (_, row) => row % 2),
        );
        const grid = Array.from({ length: 81 }, (_, i) => calibratedProbability(calibration, (i - 40) / 2));
        if (calibration.method !== "platt" || calibration.slope >= 0) {
          expect(grid).toEqual([...grid].sort((a, b) => a - b));
        }
        for (const p of grid) expect(p >= 0 && p <= 1).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
