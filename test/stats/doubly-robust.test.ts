import { describe, expect, it } from "vitest";
import { designMatrix, type Fact } from "../../src/stats/design-matrix.js";
import { crossFit, effectOnTreated, type TreatedRows } from "../../src/stats/doubly-robust.js";
import { Random } from "../../src/stats/random.js";
import { valueEffect } from "../../src/stats/value-effect.js";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

interface World {
  study: TreatedRows;
  /** Mean effect on the treated as planted. */
  truth: number;
  worth: Float64Array;
  /** Mean of effect times worth over the treated. */
  loss: number;
}

/**
 * Two facts move both who is treated and who leaves; the treatment takes `taken` of the chance to stay. The models may be shown
 * the facts, or a fact's square, which is no substitute.
 */
function world(
  n: number,
  seed: number,
  { shown, taken = 0.3 }: { shown: "facts" | "one"; taken?: number },
): World {
  const random = new Random(seed);
  const a = Float64Array.from({ length: n }, () => random.normal());
  const b = Float64Array.from({ length: n }, () => random.normal());
  const treated = new Uint8Array(n);
  const outcome = new Float64Array(n);
  const worth = Float64Array.from(a, (value) => 100 * Math.exp(-0.5 * value));
  let [effect, loss, count] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    const stay = sigmoid(0.5 - a[row]! - b[row]!);
    const isTreated = random.uniform() < sigmoid(-1.5 - 0.8 * a[row]! - 0.6 * b[row]!);
    treated[row] = Number(isTreated);
    outcome[row] = Number(random.uniform() > (isTreated ? (1 - taken) * stay : stay));
    if (!isTreated) continue;
    effect += taken * stay;
    loss += taken * stay * worth[row]!;
    count++;
  }
  const facts: Fact[] = [
    { name: "a", kind: "number", values: a },
    ...(shown === "facts" ? [{ name: "b", kind: "number" as const, values: b }] : []),
  ];
  const study = {
    design: designMatrix(n, facts),
    treated,
    outcome,
    clusters: Uint32Array.from({ length: n }, (_, row) => row),
    clusterCount: n,
  };
  return { study, truth: effect / count, worth, loss: loss / count };
}

function naive({ treated, outcome }: TreatedRows): number {
  const mean = (arm: number) => {
    const values = outcome.filter((_, row) => treated[row] === arm);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return mean(1) - mean(0);
}

describe("the doubly robust effect on the treated", () => {
  it("covers a planted effect as often as it says, where the naive comparison has the wrong sign", () => {
    let covered = 0;
    let naiveSum = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const { study, truth } = world(600, seed, { shown: "facts", taken: 0.2 });
      const { low, high } = effectOnTreated(study, crossFit(study));
      if (low <= truth && truth <= high) covered++;
      naiveSum += naive(study);
    }
    expect(covered / 80).toBeGreaterThan(0.9);
    expect(naiveSum / 80).toBeLessThan(0);
  });

  it("cannot mend what neither model is shown", () => {
    const { study, truth } = world(20_000, 7, { shown: "one" });
    expect(effectOnTreated(study, crossFit(study)).high).toBeLessThan(truth);
  });

  it("is right when only the outcome model is, and when only the chances are", () => {
    const { study, truth } = world(40_000, 3, { shown: "facts" });
    const good = crossFit(study);
    const noChances = { ...good, weights: good.weights.map(() => 1) };
    const noOutcomes = { ...good, baseline: good.baseline.map(() => 0.5) };
    for (const models of [good, noChances, noOutcomes]) {
      expect(Math.abs(effectOnTreated(study, models).value - truth)).toBeLessThan(0.015);
    }
  });

  it("does not grow surer when every row is written twice", () => {
    const { study } = world(1500, 5, { shown: "facts" });
    const models = crossFit(study);
    const twice = <T extends Float64Array | Uint8Array | Uint32Array>(values: T) =>
      Array.from({ length: 2 * values.length }, (_, row) => values[row % values.length]!);
    const doubled = {
      ...study,
      treated: Uint8Array.from(twice(study.treated)),
      outcome: Float64Array.from(twice(study.outcome)),
      clusters: Uint32Array.from(twice(study.clusters)),
    };
    const same = {
      propensity: Float64Array.from(twice(models.propensity)),
      baseline: Float64Array.from(twice(models.baseline)),
      weights: Float64Array.from(twice(models.weights)),
    };
    expect(effectOnTreated(doubled, same).standardError).toBeCloseTo(
      effectOnTreated(study, models).standardError,
      10,
    );
  });

  it("leaves out the treated whom nobody is like, and rows whose outcome is not known", () => {
    const { study } = world(3000, 11, { shown: "facts" });
    study.outcome[0] = NaN;
    const { weights, propensity } = crossFit(study);
    expect(weights[0]).toBe(0);
    propensity.forEach((chance, row) => {
      if (chance > 0.95) expect(weights[row]).toBe(0);
    });
  });
});

describe("the value that a treatment costs", () => {
  it("counts what each had to lose, measured or not", () => {
    const { study, worth, loss } = world(40_000, 2, { shown: "facts" });
    const counted = Float64Array.from(study.treated);
    const measured = study.outcome.map((value, row) => (study.treated[row] && row % 3 === 0 ? NaN : value));
    const partly = { ...study, outcome: measured };
    const { low, high, value } = valueEffect(partly, crossFit(partly), worth, counted)!;
    expect(low).toBeLessThan(loss);
    expect(high).toBeGreaterThan(loss);
    expect(Math.abs(value / loss - 1)).toBeLessThan(0.08);
  });

  it("is not told where nobody counts or nothing is at stake", () => {
    const { study, worth } = world(500, 2, { shown: "facts" });
    const models = crossFit(study);
    const nobody = new Float64Array(500);
    expect(valueEffect(study, models, worth, nobody)).toBeUndefined();
    expect(valueEffect(study, models, nobody, Float64Array.from(study.treated))).toBeUndefined();
  });
});
