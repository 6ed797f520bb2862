import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";
import { loadPolicies, readMessages, type Message } from "./messages.js";

const columns = [
  "speaks_of_leaving",
  "tells_of_effort",
  "is_abusive",
  "recommends",
  "asks",
  "competitor",
] as const;
type Sign = (typeof columns)[number];

/** A text, its language, and the one sign that it gives; none for its neighbour. */
const planted: [text: string, language: "it" | "en", sign: Sign | null][] = [
  ["Da oggi non comprerò più da voi", "it", "speaks_of_leaving"],
  ["Da oggi comprerò il caffè da voi", "it", null],
  ["You have lost a customer", "en", "speaks_of_leaving"],
  ["You have a customer here", "en", null],
  ["Ho dovuto chiamare per avere la fattura", "it", "tells_of_effort"],
  ["Ho avuto la fattura con una chiamata", "it", null],
  ["Siete dei ladri", "it", "is_abusive"],
  ["Siete stati rapidi", "it", null],
  ["You are crooks", "en", "is_abusive"],
  ["You are quick", "en", null],
  ["Lo consiglio agli amici", "it", "recommends"],
  ["Non lo consiglio agli amici", "it", null],
  ["I told my friends about the rugs", "en", "recommends"],
  ["I told the clerk about the rugs", "en", null],
  ["A che ora aprite domani?", "it", "asks"],
  ["Aprite alle nove domani", "it", null],
  ["Il tappeto di CasaMia costa meno", "it", "competitor"],
  ["Il tappeto di casa costa meno", "it", null],
];

let files: SqlFiles;
let given: Record<string, unknown>[];

beforeAll(async () => {
  files = await SqlFiles.open();
  await loadPolicies(files);
  const messages = planted.map(([text, language], nth): Message => ({ id: String(nth), text, language }));
  const rival: Message = { id: "rival", brand: "CasaMia", text: "Bello" };
  const empty: Message = { id: "empty", text: "" };
  await readMessages(files, [...messages, rival, empty], "2026-03-31");
  await files.make("text", "feedback_signs");
  given = records(
    await files.session.query("select * from feedback_signs order by try_cast(feedback_id as integer)"),
  );
});
afterAll(() => files.close());

describe("what a message gives away", () => {
  it.each(planted)("%s", (text, _, sign) => {
    const row = given[planted.findIndex(([other]) => other === text)] ?? {};
    const found = columns.filter((column) => row[column] !== false && row[column] !== null);
    expect(found).toEqual(sign === null ? [] : [sign]);
  });

  it("names the competitor", () => {
    expect(given.filter(({ competitor }) => competitor !== null).map(({ competitor }) => competitor)).toEqual(
      ["CasaMia"],
    );
  });

  it("is told of messages with words only", () => {
    expect(given.map(({ feedback_id }) => cellText(feedback_id as string))).not.toContain("empty");
    expect(given).toHaveLength(planted.length + 1);
  });
});
