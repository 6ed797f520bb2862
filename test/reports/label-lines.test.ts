import { expect, test } from "vitest";
import { labelLines } from "../../src/reports/label-lines.js";
import { itemWidth } from "../../src/reports/text-width.js";

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

test("a line beyond the limit takes no more room than the limit", () => {
  const long = "x".repeat(200);
  expect(itemWidth({ text: ["short", long], fontSize: 12, limit: 150 }, long)).toBe(150);
});
