import { expect, it } from "vitest";
import { invertPositiveDefinite, quadraticForm } from "../../src/stats/positive-definite.js";

it("inverts a positive definite matrix", () => {
  const inverse = invertPositiveDefinite([
    [4, 2, 0],
    [2, 5, 1],
    [0, 1, 3],
  ])!;
  // By cofactors: the determinant is 44.
  const expected = [
    [14, -6, 2],
    [-6, 12, -4],
    [2, -4, 16],
  ];
  expected.forEach((row, i) => row.forEach((value, j) => expect(inverse[i]![j]).toBeCloseTo(value / 44, 14)));
});

it("refuses a matrix that is not", () => {
  expect(
    invertPositiveDefinite([
      [1, 2],
      [2, 1],
    ]),
  ).toBeUndefined();
});

it("gives the variance of a sum", () => {
  expect(
    quadraticForm(
      [
        [4, 1],
        [1, 9],
      ],
      [1, 1],
    ),
  ).toBe(15);
});
