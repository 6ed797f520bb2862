import { expect, test } from "vitest";
import { labelLines } from "../../src/reports/label-lines.js";

test("a label that fits stays one line", () => {
  expect(labelLines("late delivery", 135)).toBe("late delivery");
});

test("a wide label breaks between words", () => {
  expect(labelLines("solved in time, against a problem in silence", 135)).toEqual([
    "solved in time, against a",
    "problem in silence",
  ]);
});

test("what goes beyond three lines stays on the third", () => {
  expect(labelLines("one two three four five", 30)).toEqual(["one", "two", "three four five"]);
});

test("a number is left alone", () => {
  expect(labelLines(12, 135)).toBe(12);
});
