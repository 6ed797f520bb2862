import { expect, it } from "vitest";
import { recordedDays } from "../../src/stats/recorded-days.js";

it("takes an empty day in a busy time for a gap, however long", () => {
  const totals = [...Array.from({ length: 40 }, () => 20), ...new Array<number>(60).fill(0), 20];
  const recorded = recordedDays(totals);
  expect(recorded.slice(0, 40).every(Boolean)).toBe(true);
  expect(recorded.slice(40, 100).some(Boolean)).toBe(false);
  expect(recorded[100]).toBe(true);
});

it("takes an empty day for a quiet one where few are usual, or none yet", () => {
  expect(recordedDays([0, 0, 3, 0, 1, 0]).every(Boolean)).toBe(true);
});
