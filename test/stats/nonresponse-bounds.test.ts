import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearisedMean, normalInterval } from "../../src/stats/linearised.js";
import { sensitivityBounds, worstCaseBounds } from "../../src/stats/nonresponse-bounds.js";
import { responseModel, responseWeights, weightedScore } from "../../src/stats/response-model.js";
import { askedPeople, designOf, meanOf } from "./asked-people.js";

function boundsOf(people: ReturnType<typeof askedPeople>, oddsRatio: number) {
  const model = responseModel(designOf(people), people.answered, people.clusters);
  const weights = responseWeights(model, 1);
  const credibility = new Float64Array(people.opinions.length).fill(1);
  return {
    model,
    weights,
    ...sensitivityBounds(people.scored, people.opinions, weights, credibility, model, oddsRatio),
  };
}

describe("worst-case bounds", () => {
  const clusters = { numbers: [0, 1, 2, 3, 4], count: 5 };

  it("hold whatever those who kept silent think, and are reached", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ opinion: fc.integer({ min: 1, max: 7 }), answers: fc.boolean() }), {
          minLength: 5,
          maxLength: 5,
        }),
        (people) => {
          fc.pre(people.some(({ answers }) => answers));
          const opinions = Float64Array.from(people, ({ opinion }) => opinion);
          const answered = Float64Array.from(people, ({ answers }) => Number(answers));
          const everyone = Int32Array.of(0, 1, 2, 3, 4);
          const given = everyone.filter((row) => answered[row] === 1);
          const { low, high } = worstCaseBounds(
            linearisedMean(given, opinions, clusters),
            linearisedMean(everyone, answered, clusters),
            { lowest: 1, highest: 7 },
          );
          const filled = (value: number) =>
            meanOf(opinions.map((opinion, row) => (answered[row] === 1 ? opinion : value)));
          expect(low.value).toBeCloseTo(filled(1), 10);
          expect(high.value).toBeCloseTo(filled(7), 10);
          expect(low.value).toBeLessThanOrEqual(meanOf(opinions) + 1e-9);
          expect(high.value).toBeGreaterThanOrEqual(meanOf(opinions) - 1e-9);
        },
      ),
    );
  });
});

describe("sensitivity bounds", () => {
  it("are the weighted score where the score itself moves nothing", () => {
    const people = askedPeople(400, "one");
    const { low, high, model, weights } = boundsOf(people, 1);
    const score = weightedScore(people.scored, people.opinions, weights, model);
    expect(low.value).toBeCloseTo(score.value, 9);
    expect(high.value).toBeCloseTo(score.value, 9);
    expect(normalInterval(low).low).toBeCloseTo(normalInterval(score).low, 9);
  });

  it("are what the best of all choices of weights gives", () => {
    const people = askedPeople(14, "few");
    const { low, high, weights, model } = boundsOf(people, 2);
    const rows = people.scored;
    const means = Array.from({ length: 2 ** rows.length }, (_, choice) => {
      let [sum, total] = [0, 0];
      rows.forEach((row, place) => {
        const factor = (choice >> place) & 1 ? 2 : 0.5;
        const weight = model.rate + factor * (weights.values[row]! - model.rate);
        sum += weight * people.opinions[row]!;
        total += weight;
      });
      return sum / total;
    });
    expect(rows.length).toBeGreaterThan(4);
    expect(low.value).toBeCloseTo(Math.min(...means), 9);
    expect(high.value).toBeCloseTo(Math.max(...means), 9);
  });

  it("hold the truth where opinions move the odds to answer by as much", () => {
    // From detractor to promoter the log-odds rise by 0.8: by any two people's opinions at most by a factor of exp(0.8).
    const people = askedPeople(4000, "pull", 0.4);
    const truth = meanOf(people.opinions);
    const naive = boundsOf(people, 1);
    const { low, high } = boundsOf(people, Math.exp(0.8));
    expect(normalInterval(naive.low).low).toBeGreaterThan(truth);
    expect(low.value).toBeLessThan(truth);
    expect(high.value).toBeGreaterThan(truth);
  });

  it("widen with the odds ratio, within the scale", () => {
    const people = askedPeople(500, "wide");
    const widths = [1, 1.5, 3, 1000].map((ratio) => {
      const { low, high } = boundsOf(people, ratio);
      return high.value - low.value;
    });
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(widths[3]).toBeLessThanOrEqual(200);
  });
});
