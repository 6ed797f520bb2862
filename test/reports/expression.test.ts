import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { parseCondition, parseExpression, parseTemplate } from "../../src/reports/expression.js";

const place = { file: "n.md", line: 3 };

describe("expressions", () => {
  it("are a path and perhaps a format", () => {
    expect(parseExpression(" headline.nps | number 1 | signed ", place)).toMatchObject({
      path: ["headline", "nps"],
      format: { kind: "number", digits: 1, signed: true },
    });
    expect(parseExpression("params.horizon_days", place).format).toBeUndefined();
  });

  it("are no programs", () => {
    for (const wrong of ["", "1 + 1", "a.b()", "a[0]", "a..b", ".a", "a b", "{{x}}", "a |", "'a'"]) {
      expect(() => parseExpression(wrong, place), wrong).toThrow(UserError);
    }
  });

  it("stand in texts between double braces", () => {
    expect(parseTemplate("Late: {{ a.b }} of {c}", place)).toMatchObject([
      "Late: ",
      { path: ["a", "b"] },
      " of {c}",
    ]);
  });

  it("are read or refused, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        try {
          parseTemplate(`{{${text}}}`, place);
          parseCondition(text, place);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe("conditions", () => {
  it("compare values, joined by `and`", () => {
    expect(
      parseCondition('a.x >= -2.5 and not b and a.y == "late" and a.z != null', place).comparisons,
    ).toEqual([
      { negated: false, left: { path: ["a", "x"] }, right: { operator: ">=", operand: { literal: -2.5 } } },
      { negated: true, left: { path: ["b"] } },
      { negated: false, left: { path: ["a", "y"] }, right: { operator: "==", operand: { literal: "late" } } },
      { negated: false, left: { path: ["a", "z"] }, right: { operator: "!=", operand: { literal: null } } },
    ]);
  });

  it("refuse what cannot be read", () => {
    for (const wrong of ["", "a >", "> a", "a b", "a = 3", "a > 3 4", "not a > 3", "a and", "a || b"]) {
      expect(() => parseCondition(wrong, place), wrong).toThrow(UserError);
    }
  });
});
