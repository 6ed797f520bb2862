import { describe, expect, it } from "vitest";
import { formatPlace } from "../../src/errors.js";
import { yamlRecords } from "../../src/warehouse/yaml-records.js";
import { mistake } from "../support/errors.js";

describe("a YAML list of records", () => {
  it("is read as rows of text, with null for nothing", () => {
    expect(
      yamlRecords("- { topic: late, weight: 1.5, is_open: true, note: ~ }\n- topic: è\n", "topics.yaml"),
    ).toEqual([{ topic: "late", weight: "1.5", is_open: "true", note: null }, { topic: "è" }]);
  });

  it("has a row for each element of a list in a record, and one for an empty list", () => {
    expect(
      yamlRecords("- { topic: late, word: [tardi, ritardo] }\n- { topic: rude, word: [] }\n", "topics.yaml"),
    ).toEqual([
      { topic: "late", word: "tardi" },
      { topic: "late", word: "ritardo" },
      { topic: "rude", word: null },
    ]);
  });

  it.each([
    ["topic: late", "topics.yaml:1:1", "expected a list"],
    ["- { a: [x], b: [y] }", "topics.yaml:1:16", "at most one list in a record, found 2"],
    ["- { a: { b: c } }", "topics.yaml:1:8", "a"],
    ["- a: [x", "topics.yaml:1:8", "YAML"],
  ])("%s is a mistake with its place", async (text, place, message) => {
    const error = await mistake(() => yamlRecords(text, "topics.yaml"));
    expect(formatPlace(error.place ?? { file: "" })).toBe(place);
    expect(error.message).toContain(message);
  });
});
