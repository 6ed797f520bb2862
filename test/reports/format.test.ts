import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import type { Cell } from "../../src/result.js";
import { createFormatter } from "../../src/reports/format.js";
import { parseFormat } from "../../src/reports/format-spec.js";

const place = { file: "n.md", line: 7 };
const words = { missing: "n/a", yes: "yes", no: "no" };
const common = { words, currency: "EUR", timeZone: "Europe/Rome", terms: { web: "web shop" } };
const english = createFormatter({ ...common, tag: "en-GB" });
const italian = createFormatter({ ...common, tag: "it-IT" });
const spaces = (text: string) => text.replaceAll("\u00a0", " ");
const en = (value: Cell, format: string, type?: string) =>
  spaces(english(value, parseFormat(format, place), type));
const it_ = (value: Cell, format: string, type?: string) =>
  spaces(italian(value, parseFormat(format, place), type));

describe("formats of numbers", () => {
  it("follow the language's separators and signs", () => {
    expect(en(1234567.891, "number 2")).toBe("1,234,567.89");
    expect(it_(1234567.891, "number 2")).toBe("1.234.567,89");
    expect(it_(1234, "integer")).toBe("1.234");
    expect(en(-3.25, "number 1")).toBe("−3.3");
  });

  it("write money and shares", () => {
    expect(en(182400, "currency 0")).toBe("€182,400");
    expect(it_(182400, "currency 0")).toBe("182.400 €");
    expect(en(0.1234, "percent 1")).toBe("12.3%");
    expect(it_(0.1234, "percent")).toBe("12%");
    expect(en(1234567, "currency | compact")).toBe("€1.2m");
  });

  it("show or hide the sign", () => {
    expect(en(2, "number | signed")).toBe("+2");
    expect(en(0, "number | signed")).toBe("0");
    expect(en(-0.021, "percent 1 | absolute")).toBe("2.1%");
  });

  it("choose as many digits as the size of the value needs", () => {
    expect([1234.5, 12.34, 0.123, 0.001234, 42].map((value) => en(value, "number"))).toEqual([
      "1,235",
      "12.3",
      "0.12",
      "0.0012",
      "42",
    ]);
  });
});

describe("formats of words", () => {
  it("agree with the number", () => {
    expect(it_(1, 'plural "cliente" "clienti"')).toBe("1 cliente");
    expect(it_(3412, 'plural "cliente" "clienti"')).toBe("3.412 clienti");
    expect(en(0, 'plural "customer" "customers"')).toBe("0 customers");
  });

  it("look codes up and begin sentences", () => {
    expect(en("web", "term | capital")).toBe("Web shop");
    expect(en("unknown_code", "term")).toBe("unknown_code");
    expect(en("constructor", "term")).toBe("constructor");
    expect(en(["a", "b", "c"], "list")).toBe("a, b and c");
    expect(it_(["a", "b", "c"], "list")).toBe("a, b e c");
  });

  it("say that a value is absent", () => {
    expect(en(null, "currency 0")).toBe("n/a");
    expect(english(true)).toBe("yes");
  });

  it("clean what hides or reorders text", () => {
    expect(english("a\u202Eb")).toBe("ab");
  });
});

describe("formats of dates", () => {
  it("write dates as they are and zoned timestamps in the pipeline's zone", () => {
    expect(en("2026-03-29", "date")).toBe("29 March 2026");
    expect(it_("2026-03-29", "date month")).toBe("marzo 2026");
    expect(english("2026-03-29", undefined, "DATE")).toBe("29 March 2026");
    expect(en("2026-03-29 00:30:00+00", "date time")).toBe("29 Mar 2026, 01:30");
    expect(en("2026-03-29 01:30:00+00", "date time")).toBe("29 Mar 2026, 03:30");
    expect(en("2026-03-29 01:30:00", "date time")).toBe("29 Mar 2026, 01:30");
    expect(en("soon", "date")).toBe("soon");
  });
});

describe("parseFormat", () => {
  it("names the nearest format", () => {
    expect(() => parseFormat("curency 0", place)).toThrow(UserError);
    try {
      parseFormat("curency 0", place);
    } catch (error) {
      expect(error instanceof UserError && error.describe()).toBe(
        "n.md:7: unknown format `curency 0`\n  Did you mean 'currency'?",
      );
    }
  });

  it("refuses arguments that do not fit", () => {
    for (const wrong of [
      "number x",
      "number 11",
      "date soon",
      'plural "one"',
      "list 3",
      "percent | number",
      "",
    ]) {
      expect(() => parseFormat(wrong, place), wrong).toThrow(UserError);
    }
  });
});
