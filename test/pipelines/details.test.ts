import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { records } from "../../src/result.js";
import { SqlFiles } from "./files.js";
import { loadPolicies, readMessages, type Message } from "./messages.js";

/** A text and what it names, nothing for its neighbour. */
const planted: [text: string, names: string[]][] = [
  ["Il pacco doveva arrivare lunedì", ["time"]],
  ["Il pacco doveva arrivare presto", []],
  ["Sono passato il 14 e non c'era nessuno", ["time"]],
  ["Ho pagato 35 euro di troppo", ["amount"]],
  ["Ho pagato € 35 di troppo", ["amount"]],
  ["Ho pagato molti euro di troppo", []],
  ["Il mio ordine n. 48213 non arriva", ["order"]],
  ["Il mio ordine non arriva", []],
  ["Alla cassa mi ha aiutato Ginevra", ["person"]],
  ["Alla cassa mi ha aiutato una ragazza", []],
  ["ALLA CASSA NON MI HA AIUTATO NESSUNO", []],
  ["Tutto come sempre, davvero male", []],
  ["Il zefiro si è rotto subito", ["product"]],
  ["Al porticciolo non risponde nessuno", ["place"]],
];

let files: SqlFiles;
let given: Record<string, unknown>[];

beforeAll(async () => {
  files = await SqlFiles.open();
  await loadPolicies(files);
  const several = (like: Message, text: string) =>
    Array.from({ length: 6 }, (_, nth): Message => ({ ...like, id: `${like.id} ${nth}`, text }));
  await readMessages(
    files,
    [
      ...planted.map(([text], nth): Message => ({ id: String(nth), text })),
      ...several({ id: "of a product", product: "p1" }, "zefiro comodo davvero"),
      ...several({ id: "of another", product: "p2" }, "comodo davvero"),
      ...several({ id: "of a store", store: "s1" }, "porticciolo affollato"),
      ...several({ id: "of another store", store: "s2" }, "affollato"),
    ],
    "2026-03-31",
  );
  await files.make("text", "naming_words");
  await files.make("text", "feedback_details");
  given = records(
    await files.session.query(
      "select * from feedback_details where try_cast(feedback_id as integer) is not null order by feedback_id::integer",
    ),
  );
});
afterAll(() => files.close());

describe("what a message names that could be looked into", () => {
  it.each(planted)("%s", (text, names) => {
    const row = given[planted.findIndex(([other]) => other === text)] ?? {};
    const found = Object.keys(row).filter((column) => column.startsWith("names_") && row[column] === true);
    expect(found).toEqual(names.map((name) => `names_${name}`));
    expect(row["is_specific"]).toBe(names.some((name) => name !== "person"));
  });

  it("is told by words of one product or store, not by those that messages about others use too", async () => {
    const words = records(
      await files.session.query("select thing, id, here, everywhere from naming_words order by thing"),
    );
    expect(words).toEqual([
      { thing: "place", id: "s1", here: 6, everywhere: 6 },
      { thing: "product", id: "p1", here: 6, everywhere: 6 },
    ]);
  });
});
