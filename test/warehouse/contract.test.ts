import { describe, expect, it } from "vitest";
import { contractSchema } from "../../src/warehouse/contract.js";
import { parseYaml } from "../../src/yaml.js";
import { mistake } from "../support/errors.js";

const parse = (text: string) => () => parseYaml(text, { file: "orders.yaml" }, contractSchema);

describe("a contract", () => {
  it.each([
    ["an unknown type", "columns:\n  a: { type: int }", "2:14", "expected varchar, integer, bigint"],
    ["more decimals than digits", "columns:\n  a: { type: 'decimal(2,3)' }", "2:14", "at most 2 decimals"],
    [
      "a key that is no column",
      "key: [id]\ncolumns:\n  a: { type: date }",
      "1:7",
      "expected one of the columns a",
    ],
    [
      "an event that is no column",
      "event_at: at\ncolumns:\n  a: { type: date }",
      "1:11",
      "expected one of the columns a",
    ],
    [
      "a knowing that is no column",
      "columns:\n  a: { type: date, known_at: b }",
      "2:30",
      "expected one of the columns a",
    ],
    [
      "a range of another type",
      "columns:\n  a: { type: date, range: [2026-01-01, 2026-02-30] }",
      "2:40",
      "a value of the type date",
    ],
    [
      "an accepted value of another type",
      "columns:\n  a: { type: integer, accepted: [1, two] }",
      "2:37",
      "a value of the type integer",
    ],
    [
      "one sign for two uses",
      "csv: { decimal: ',', thousands: ',' }\ncolumns:\n  a: { type: date }",
      "1:33",
      "another character",
    ],
  ])("refuses %s at its place", async (_name, text, place, message) => {
    const error = await mistake(parse(text));
    expect(error.message).toContain(message);
    expect(`${error.place?.line}:${error.place?.column}`).toBe(place);
  });

  it("reads CSV as RFC 4180 has it unless it says otherwise", () => {
    expect(parse("columns:\n  a: { type: date }")().data).toMatchObject({
      csv: { delimiter: ",", quote: '"', encoding: "utf-8", decimal: ".", thousands: "" },
      max_quarantined: 0.01,
      duplicates: "quarantine",
    });
  });
});
