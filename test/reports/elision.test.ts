import { expect, test } from "vitest";
import { elide } from "../../src/reports/elision.js";

test.each([
  ["Ha ricomprato il ", "86%", "Ha ricomprato l'"],
  ["Il ", "8%", "L'"],
  ["del ", "11%", "dell'"],
  ["dal ", "8 ottobre", "dall'"],
  ["nel ", "1%", "nell'"],
  ["il ", "118%", "il "],
  ["il ", "18%", "il "],
  ["il ", "1.860", "il "],
  ["il ", "1 maggio", "il "],
  ["profil ", "8", "profil "],
])("Italian: %j before %j", (before, value, expected) => {
  expect(elide(before, value, "it")).toBe(expected);
});

test("English stays as it is", () => {
  expect(elide("il ", "8", "en")).toBe("il ");
});
