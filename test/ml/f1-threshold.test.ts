import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestF1Threshold } from "../../src/ml/f1-threshold.js";

const f1At = (labels: number[], probabilities: number[], threshold: number): number => {
  const predicted = probabilities.map((probability) => probability >= threshold);
  const hits = labels.filter((label, row) => label === 1 && predicted[row]).length;
  return (2 * hits) / (predicted.filter(Boolean).length + labels.filter((label) => label === 1).length);
};

describe("bestF1Threshold", () => {
  it("is at least as good as any other threshold", () => {
    const row = fc.record({ label: fc.integer({ min: 0, max: 1 }), tenth: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const labels = [...rows.map(({ label }) => label), 1];
        const probabilities = [...rows.map(({ tenth }) => tenth / 10), 0.5];
        const best = f1At(labels, probabilities, bestF1Threshold([{ labels, probabilities }]));
        for (const other of probabilities) {
          expect(best).toBeGreaterThanOrEqual(f1At(labels, probabilities, other) - 1e-12);
        }
      }),
    );
  });

  it("takes all labels together", () => {
    const sure = { labels: [1, 0], probabilities: [0.9, 0.1] };
    const unsure = { labels: [1, 0], probabilities: [0.35, 0.2] };
    expect(bestF1Threshold([sure, unsure])).toBe(0.35);
  });
});
