import { describe, expect, it } from "vitest";
import { compositionGap } from "../../src/stats/composition-gap.js";
import { normalInterval, standardError } from "../../src/stats/linearised.js";
import { Random } from "../../src/stats/random.js";
import { responseModel, responseWeights, weightedScore } from "../../src/stats/response-model.js";
import { askedPeople, designOf, meanOf } from "./asked-people.js";

describe("the gap by composition", () => {
  it("is each fact's slope times the difference of its means where the score is linear in the facts", () => {
    const random = new Random("linear");
    const n = 20_000;
    const channel = Array.from({ length: n }, () => (random.uniform() < 0.4 ? "app" : "web"));
    const pace = Float64Array.from({ length: n }, () => random.normal());
    const scores = pace.map((value, row) => 3 + (channel[row] === "app" ? 2 : 0) - value);
    const everyone = Int32Array.from({ length: n }, (_, row) => row);
    const rows = everyone.filter(
      (row) => random.uniform() < (channel[row] === "app" ? 0.6 : 0.2) + (pace[row]! > 0 ? 0.2 : 0),
    );
    const shares = compositionGap(designOf({ channel, pace }), rows, scores, { numbers: everyone, count: n });
    const app = Float64Array.from(channel, (name) => Number(name === "app"));
    expect(shares.get("channel")?.value).toBeCloseTo(2 * (meanOf(app) - meanOf(app, rows)), 2);
    expect(shares.get("pace")?.value).toBeCloseTo(-(meanOf(pace) - meanOf(pace, rows)), 2);
    expect([...shares.keys()]).toEqual(["channel", "pace"]);
  });

  it("sums, over the facts, nearly to what weighting changes", () => {
    const people = askedPeople(6000, "sum");
    const design = designOf(people);
    const model = responseModel(design, people.answered, people.clusters);
    const weighted = weightedScore(people.scored, people.opinions, responseWeights(model, 1), model);
    const gap = weighted.value - meanOf(people.opinions, people.scored);
    const parts = [...compositionGap(design, people.scored, people.opinions, people.clusters).values()];
    expect(Math.abs(parts.reduce((sum, { value }) => sum + value, 0) - gap)).toBeLessThan(1.5);
    expect(gap).toBeLessThan(-10);
  });

  it("has intervals of the width that repeated worlds show", () => {
    const found = Array.from({ length: 60 }, (_, world) => {
      const people = askedPeople(500, `width ${world}`);
      return compositionGap(designOf(people), people.scored, people.opinions, people.clusters).get(
        "channel",
      )!;
    });
    const values = Float64Array.from(found, ({ value }) => value);
    const mean = meanOf(values);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59);
    expect(meanOf(Float64Array.from(found, standardError)) / deviation).toBeGreaterThan(0.8);
    expect(meanOf(Float64Array.from(found, standardError)) / deviation).toBeLessThan(1.25);
    expect(found.every((share) => normalInterval(share).high < 0)).toBe(true);
  });
});
