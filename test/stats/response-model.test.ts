import { describe, expect, it } from "vitest";
import { designMatrix } from "../../src/stats/design-matrix.js";
import { linearisedMean, normalInterval, standardError } from "../../src/stats/linearised.js";
import { Random } from "../../src/stats/random.js";
import { representativeness } from "../../src/stats/representativeness.js";
import { responseModel, responseWeights, weightedScore } from "../../src/stats/response-model.js";
import { askedPeople, designOf, meanOf } from "./asked-people.js";

describe("a score weighted by the chance to answer", () => {
  it("is the poststratified mean, with its error, where one category is all that is known", () => {
    const random = new Random("strata");
    const n = 4000;
    const strata = Array.from({ length: n }, (_, row) => (row % 4 === 0 ? "a" : "b"));
    const answered = Float64Array.from(strata, (stratum) =>
      Number(random.uniform() < (stratum === "a" ? 0.6 : 0.2)),
    );
    const scores = Float64Array.from(strata, (stratum) => random.normal() + (stratum === "a" ? 2 : 0));
    const everyone = Int32Array.from({ length: n }, (_, row) => row);
    const scored = everyone.filter((row) => answered[row] === 1);
    const clusters = { numbers: everyone, count: n };
    const model = responseModel(
      designMatrix(n, [{ name: "stratum", kind: "category", values: strata }]),
      answered,
      clusters,
    );
    const score = weightedScore(scored, scores, responseWeights(model, 1), model);

    const members = ["a", "b"].map((name) => everyone.filter((row) => strata[row] === name));
    const known = members.map((rows) => rows.filter((row) => answered[row] === 1));
    const means = known.map((rows) => meanOf(scores, rows));
    const shares = members.map((rows) => rows.length / n);
    const mean = shares[0]! * means[0]! + shares[1]! * means[1]!;
    // Holt & Smith (1979): within strata by the answers, between them by everyone asked.
    const variance = known.reduce((sum, part, k) => {
      const squares = part.reduce((total, row) => total + (scores[row]! - means[k]!) ** 2, 0);
      return (
        sum + (shares[k]! ** 2 * squares) / part.length ** 2 + (shares[k]! * (means[k]! - mean) ** 2) / n
      );
    }, 0);
    expect(score.value).toBeCloseTo(mean, 2);
    expect(standardError(score) / Math.sqrt(variance)).toBeCloseTo(1, 2);
  });

  it("covers what everyone would say where answering depends on what is seen; as answered does not", () => {
    let [weighted, plain] = [0, 0];
    for (let world = 0; world < 60; world++) {
      const people = askedPeople(800, `world ${world}`);
      const truth = meanOf(people.opinions);
      const model = responseModel(designOf(people), people.answered, people.clusters);
      const covers = ({ low, high }: { low: number; high: number }) => Number(low <= truth && truth <= high);
      weighted += covers(
        normalInterval(weightedScore(people.scored, people.opinions, responseWeights(model, 0.99), model)),
      );
      plain += covers(normalInterval(linearisedMean(people.scored, people.opinions, people.clusters)));
    }
    expect(weighted).toBeGreaterThanOrEqual(54);
    expect(plain).toBeLessThan(10);
  });

  it("sets weights above the quantile to it, and counts them", () => {
    const people = askedPeople(500, "trim");
    const model = responseModel(designOf(people), people.answered, people.clusters);
    const whole = responseWeights(model, 1);
    const trimmed = responseWeights(model, 0.9);
    const answers = people.answered.filter((answer) => answer === 1).length;
    expect(whole.trimmed).toBe(0);
    expect(trimmed.trimmed).toBeGreaterThan(0.08 * answers);
    expect(trimmed.trimmed).toBeLessThan(0.11 * answers);
    expect(Math.max(...trimmed.values)).toBe(trimmed.limit);
    expect(meanOf(whole.values.filter((weight) => weight > 0))).toBeCloseTo(1, 1);
    expect(trimmed.values.every((weight, row) => weight > 0 === (people.answered[row] === 1))).toBe(true);
  });

  it("is the plain mean where everyone answered", () => {
    const people = askedPeople(200, "all");
    const answered = new Float64Array(400).fill(1);
    const model = responseModel(designOf(people), answered, people.clusters);
    const score = weightedScore(people.everyone, people.opinions, responseWeights(model, 0.99), model);
    expect(score.value).toBeCloseTo(meanOf(people.opinions), 3);
  });
});

describe("weights by the chance to answer", () => {
  it("make those who answered like all who were asked", () => {
    const people = askedPeople(3000, "alike");
    const design = designOf(people);
    const model = responseModel(design, people.answered, people.clusters);
    const distances = representativeness(design, people.answered, responseWeights(model, 1).values);
    expect(distances.map(({ column }) => column)).toEqual(design.names.slice(1));
    expect(distances.some(({ before }) => Math.abs(before) > 0.2)).toBe(true);
    for (const { after } of distances) expect(Math.abs(after)).toBeLessThan(0.03);
  });
});
