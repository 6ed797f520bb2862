import { expect, it } from "vitest";
import { buyTillYouDieModels } from "../../src/stats/buy-till-you-die.js";
import {
  byCalibrationFrequency,
  correlation,
  correlationInterval,
  holdoutErrors,
  predictiveScore,
} from "../../src/stats/holdout.js";
import { cumulativeRepeats } from "../../src/stats/weekly-repeats.js";

const actual = Float64Array.of(0, 2, 5);
const predicted = Float64Array.of(1, 2, 3);
const customers = Float64Array.of(2, 1, 1);

it("counts each row as often as it has customers", () => {
  expect(holdoutErrors(actual, predicted, customers)).toEqual({
    customers: 4,
    actual: 7,
    predicted: 7,
    mae: 1,
    rmse: Math.sqrt(6 / 4),
    bias: 0,
    correlation: expect.closeTo(6.75 / Math.sqrt(16.75 * 2.75), 12) as number,
  });
});

it("gives Fisher's interval of a correlation", () => {
  // r = 0.5, n = 28: z = 0.5493, standard error 0.2.
  const { low, high } = correlationInterval(0.5, 28);
  expect(low).toBeCloseTo(0.156, 4);
  expect(high).toBeCloseTo(0.7358, 4);
  expect(correlation(Float64Array.of(1, 1), Float64Array.of(1, 2), Float64Array.of(1, 1))).toBeNaN();
});

it("puts seven repeat purchases and more in one row", () => {
  const histories = {
    frequency: Float64Array.of(0, 7, 30),
    recency: Float64Array.of(0, 5, 5),
    age: Float64Array.of(9, 9, 9),
    customers,
  };
  expect(byCalibrationFrequency(histories, actual, predicted)).toEqual([
    { frequency: 0, customers: 2, actual: 0, predicted: 1 },
    { frequency: 7, customers: 2, actual: 3.5, predicted: 2.5 },
  ]);
});

it("scores a model by the chance it gave to what happened", () => {
  const { bg_nbd: model } = buyTillYouDieModels;
  const parameters = [0.8, 6, 0.9, 3];
  const histories = {
    frequency: Float64Array.of(2, 2),
    recency: Float64Array.of(20, 20),
    age: Float64Array.of(30, 30),
    customers: Float64Array.of(3, 1),
  };
  const [once = NaN, twice = NaN] = model.exceedance(
    { frequency: 2, recency: 20, age: 30 },
    10,
    parameters,
    1e-9,
  );
  const { logScore, coverage } = predictiveScore(model, parameters, histories, Float64Array.of(0, 1), 10);
  expect(logScore).toBeCloseTo((3 * Math.log(1 - once) + Math.log(once - twice)) / 4, 9);
  expect(coverage).toBe(1);
});

it("expects by the end of a week what customers are expected to buy in the days since they came", () => {
  const { bg_nbd: model } = buyTillYouDieModels;
  const parameters = [0.8, 6, 0.9, 3];
  const births = { day: Float64Array.of(0, 9), customers: Float64Array.of(10, 4) };
  const weekly = cumulativeRepeats(model, parameters, births, 2);
  expect(weekly[0]).toBeCloseTo(10 * model.expectedRepeats(6 / 7, parameters), 12);
  expect(weekly[1]).toBeCloseTo(
    10 * model.expectedRepeats(13 / 7, parameters) + 4 * model.expectedRepeats(4 / 7, parameters),
    12,
  );
});
