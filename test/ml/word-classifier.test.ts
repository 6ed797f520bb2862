import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { trainWordClassifier } from "../../src/ml/word-training.js";

beforeAll(async () => {
  await useBackend();
});

/** Forty examples of one or two topics each, every one said by two words that mean it. */
const examples = {
  texts: Array.from({ length: 40 }, (_, n) =>
    n % 4 === 3 ? `van late card twice w${n % 7}` : [`van late w${n % 5}`, `card twice w${n % 6}`][n % 2]!,
  ),
  labels: Array.from({ length: 40 }, (_, n) =>
    n % 4 === 3 ? ["delivery", "billing"] : [["delivery"], ["billing"]][n % 2]!,
  ),
};

describe("a classifier of words", () => {
  it("finds each of several labels by its words, also both in one text", () => {
    const classifier = trainWordClassifier(examples, 10)!;
    expect(classifier.labels).toEqual(["billing", "delivery"]);
    const decisions = (text: string) => Array.from(classifier.classify(text), (p) => p >= 0.5);
    expect(decisions("van late")).toEqual([false, true]);
    expect(decisions("card twice")).toEqual([true, false]);
    expect(decisions("van late card twice")).toEqual([true, true]);
  });

  it("takes a word that it has not seen for one of the same root", () => {
    const kindred = {
      texts: examples.texts.map((text) => text.replace("van", "imballaggio")),
      labels: examples.labels,
    };
    const [billing, delivery] = trainWordClassifier(kindred, 10)!.classify("imballato");
    expect(delivery).toBeGreaterThan(0.5);
    expect(billing).toBeLessThan(0.5);
  });

  it("gives a number for a text without a known word, or without any", () => {
    const classifier = trainWordClassifier(examples, 10)!;
    for (const text of ["", "unheard of", "  "]) {
      for (const probability of classifier.classify(text)) {
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThan(1);
      }
    }
  });

  it("does not learn a label of which four examples are there, nor one that all have", () => {
    const labels = examples.labels.map((ofText, row) => [...ofText, "all", ...(row < 4 ? ["rare"] : [])]);
    expect(trainWordClassifier({ ...examples, labels }, 10)?.labels).toEqual(["billing", "delivery"]);
    expect(trainWordClassifier({ texts: ["van", "card"], labels: [["delivery"], []] }, 10)).toBeNull();
    expect(trainWordClassifier({ texts: [], labels: [] }, 10)).toBeNull();
  });

  it("learns the same from the same examples", () => {
    const [one, other] = [trainWordClassifier(examples, 3)!, trainWordClassifier(examples, 3)!];
    expect(other.weights).toEqual(one.weights);
  });

  it("adds up what each feature of a text weighs, however often the text has it", () => {
    const classifier = trainWordClassifier(examples, 10)!;
    const { vocabulary, weights, intercepts } = classifier;
    const words = fc.constantFrom("van", "late", "card", "twice", "vans", "cardigan", "unknown", "w1", "w2");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (drawn) => {
        const text = drawn.join(" ");
        vocabulary.read(text);
        const logOdds = Float64Array.from(intercepts);
        for (let position = 0; position < vocabulary.featureCount; position++) {
          const start = vocabulary.features[position]! * intercepts.length;
          logOdds.forEach((_, label) => {
            logOdds[label]! += vocabulary.values[position]! * weights[start + label]!;
          });
        }
        classifier.classify(text).forEach((probability, label) => {
          expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds[label]!)), 12);
        });
      }),
    );
  });
});
