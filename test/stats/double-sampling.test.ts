import { describe, expect, it } from "vitest";
import { doubleSamplingMean } from "../../src/stats/double-sampling.js";
import { linearisedMean, normalInterval, standardError } from "../../src/stats/linearised.js";
import { Random } from "../../src/stats/random.js";
import { askedPeople, meanOf, type AskedPeople } from "./asked-people.js";

describe("double sampling", () => {
  it("weighs those who answered and those asked again by their shares", () => {
    // Ten asked, four answered with mean 8; of the six silent two were asked again, with mean 3: 0.4 x 8 + 0.6 x 3.
    const answered = Float64Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
    const scores = Float64Array.of(9, 7, 8, 8, 0, 0, 0, 0, 0, 0);
    const followUps = Float64Array.of(0, 0, 0, 0, 2, 4, 0, 0, 0, 0);
    const sample = {
      asked: Int32Array.from(answered.keys()),
      scored: Int32Array.of(0, 1, 2, 3),
      askedAgain: Int32Array.of(4, 5),
    };
    const clusters = { numbers: sample.asked, count: 10 };
    expect(doubleSamplingMean(sample, answered, scores, followUps, clusters)?.value).toBeCloseTo(5, 12);
  });

  it("has the error of Hansen and Hurwitz", () => {
    const people = askedPeople(4000, "error", 0.5);
    const n = people.opinions.length;
    const sample = sampleOf(people, 0.1, "calls");
    const { answered, opinions, everyone } = people;
    const estimate = doubleSamplingMean(sample, answered, opinions, opinions, {
      numbers: everyone,
      count: n,
    });
    // Cochran (1977), equation 13.16, without the finite population: S² / n for the first sample, and for the second
    // W2² S2² / m less what the first one holds of it, W2 S2² / n.
    const share = answered.filter((answer) => answer === 0).length / n;
    const silent = spread(Float64Array.from(sample.askedAgain, (row) => opinions[row]!));
    const variance =
      spread(opinions) / n + (share ** 2 * silent) / sample.askedAgain.length - (share * silent) / n;
    expect(estimate && standardError(estimate) / Math.sqrt(variance)).toBeCloseTo(1, 1);
  });

  it("covers what everyone would say even where answering depends on it; those who answer do not", () => {
    let [corrected, plain] = [0, 0];
    for (let world = 0; world < 60; world++) {
      const people = askedPeople(800, `pull ${world}`, 0.7);
      const truth = meanOf(people.opinions);
      const covers = ({ low, high }: { low: number; high: number }) => Number(low <= truth && truth <= high);
      const { answered, opinions, clusters } = people;
      const sample = sampleOf(people, 0.08, `calls ${world}`);
      const estimate = doubleSamplingMean(sample, answered, opinions, opinions, clusters);
      if (estimate) corrected += covers(normalInterval(estimate));
      plain += covers(normalInterval(linearisedMean(people.scored, opinions, clusters)));
    }
    expect(corrected).toBeGreaterThanOrEqual(54);
    expect(plain).toBe(0);
  });

  it("says nothing where none of the silent was asked again", () => {
    const people = askedPeople(50, "none");
    const { answered, opinions, clusters } = people;
    const nobody = { ...sampleOf(people, 0.5, "calls"), askedAgain: new Int32Array(0) };
    expect(doubleSamplingMean(nobody, answered, opinions, opinions, clusters)).toBeUndefined();
  });
});

/** Who of the silent a lot chooses to be asked again. */
function sampleOf({ everyone, scored, answered }: AskedPeople, share: number, seed: string) {
  const random = new Random(seed);
  const askedAgain = everyone.filter((row) => random.uniform() < share && answered[row] === 0);
  return { asked: everyone, scored, askedAgain };
}

function spread(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
