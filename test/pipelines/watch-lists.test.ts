import { afterAll, beforeAll, expect, it } from "vitest";
import { records } from "../../src/result.js";
import { SqlFiles } from "./files.js";
import { loadPolicies, readMessages } from "./messages.js";

let files: SqlFiles;

beforeAll(async () => {
  files = await SqlFiles.open();
  await loadPolicies(files);
});
afterAll(() => files.close());

it("counts each day's messages, authors and reach of a watch-list, and over how many channels it spreads", async () => {
  const [one, two] = ["2026-03-01 09:00", "2026-03-02 09:00"];
  await readMessages(
    files,
    [
      { id: "a", at: one, source: "social", author: "x", reach: 100, text: "La lampada ha preso fuoco" },
      { id: "b", at: one, source: "social", author: "x", reach: 50, text: "È pericoloso, ha preso fuoco!" },
      { id: "c", at: one, source: "review", customer: "y", text: "Caught fire at once", language: "en" },
      { id: "d", at: one, source: "ticket", text: "Un avvocato vi scriverà" },
      { id: "e", at: one, source: "chat", text: "Tutto bene" },
      { id: "f", at: two, source: "social", reach: 7, text: "Ancora fiamme dalla spina" },
      { id: "after the night", at: "2026-04-01", source: "social", reach: 999, text: "Ha preso fuoco" },
    ],
    "2026-03-31",
  );
  await files.make("marts", "watch_list_days", { as_of: "2026-03-31" });
  expect(
    records(await files.session.query("select * replace (day::varchar as day) from watch_list_days")),
  ).toEqual([
    { list: "legal", day: "2026-03-01", messages: 1, authors: 1, reach: 0, spread: 0.25 },
    { list: "safety", day: "2026-03-01", messages: 3, authors: 2, reach: 150, spread: 0.5 },
    { list: "safety", day: "2026-03-02", messages: 1, authors: 1, reach: 7, spread: 1 },
  ]);
});

it("has its columns and no rows where nobody writes", async () => {
  await readMessages(files, [{ id: "wordless", text: null }], "2026-03-31");
  await files.make("marts", "watch_list_days", { as_of: "2026-03-31" });
  expect(records(await files.session.query("select * from watch_list_days"))).toEqual([]);
});
