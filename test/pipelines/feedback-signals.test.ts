import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";
import { loadPolicies, readMessages, type Message } from "./messages.js";

let files: SqlFiles;
const parameters = { as_of: "2026-03-31" };

beforeAll(async () => {
  files = await SqlFiles.open();
  await loadPolicies(files);
});
afterAll(() => files.close());

/** Message -> what `feedback_signals` has of it in some columns. */
async function signals(messages: readonly Message[], ...columns: string[]) {
  await readMessages(files, messages, parameters.as_of);
  for (const name of [
    "sentence_topics",
    "naming_words",
    "feedback_details",
    "feedback_signs",
    "feedback_copies",
  ]) {
    await files.make("text", name);
  }
  await files.make("features", "feedback_signals", parameters);
  const rows = records(
    await files.session.query(`select feedback_id, ${columns.join(", ")} from feedback_signals`),
  );
  return Object.fromEntries(
    rows.map((row) => [cellText(row["feedback_id"]), columns.map((column) => row[column])]),
  );
}

/** `ln(1 + n)` as the table rounds it. */
const log1p = (n: number) => Number(Math.log1p(n).toFixed(3));

describe("what an account's other messages tell", () => {
  it("is the share of abuse among them, and how much detail they name", async () => {
    const text = "Siete dei ladri";
    expect(
      await signals(
        [
          { id: "abuser 1", author: "x", text },
          { id: "abuser 2", author: "x", text: "Ho pagato 35 euro lunedì" },
          { id: "abuser 3", author: "x", text: "Tutto bene" },
          { id: "alone", author: "y", text },
          { id: "without account", text },
        ],
        "log_author_messages",
        "author_abuse",
        "author_details",
      ),
    ).toEqual({
      "abuser 1": [log1p(2), 0, 1],
      "abuser 2": [log1p(2), 0.5, 0],
      "abuser 3": [log1p(2), 0.5, 1],
      alone: [0, null, null],
      "without account": [0, null, null],
    });
  });

  it("is how often it draws custom to another brand, which is not to leave for one", async () => {
    const rival: Message = { id: "rival", brand: "CasaMia", text: "Bello" };
    const found = await signals(
      [
        rival,
        { id: "poacher 1", author: "x", text: "Da CasaMia costa meno" },
        { id: "poacher 2", author: "x", text: "Guardate CasaMia" },
        { id: "leaver", author: "y", text: "Non comprerò più da voi, adesso compro da CasaMia" },
        { id: "neighbour", author: "z", text: "Da voi costa meno" },
      ],
      "author_promotions",
      "names_competitor",
    );
    expect(found).toMatchObject({
      "poacher 1": [log1p(2), true],
      "poacher 2": [log1p(2), true],
      leaver: [0, true],
      neighbour: [0, false],
      rival: [0, false],
    });
  });

  it("knows of what follows for three days only", async () => {
    const found = await signals(
      [
        { id: "first", author: "x", at: "2026-03-01", text: "Tutto bene" },
        { id: "within three days", author: "x", at: "2026-03-04", text: "Tutto bene" },
        { id: "later", author: "x", at: "2026-03-10", text: "Tutto bene" },
      ],
      "log_author_messages",
      "settled_at",
    );
    expect(found).toEqual({
      first: [log1p(1), "2026-03-04 00:00:00"],
      "within three days": [log1p(1), "2026-03-07 00:00:00"],
      later: [log1p(2), "2026-03-13 00:00:00"],
    });
  });
});

describe("how a message stands among others", () => {
  it("is a burst where strangers give a product the same verdict within three days", async () => {
    const burst = Array.from({ length: 6 }, (_, nth): Message => ({
      id: `burst ${nth}`,
      at: `2026-03-02 1${nth}:00`,
      product: "p1",
      rating: 5,
    }));
    const found = await signals(
      [
        ...burst,
        { id: "customer among them", at: "2026-03-02 13:30", product: "p1", rating: 5, customer: "c" },
        { id: "of another verdict", at: "2026-03-02 13:30", product: "p1", rating: 1 },
        { id: "of another product", at: "2026-03-02 13:30", product: "p2", rating: 5 },
        { id: "long before", at: "2026-02-01", product: "p1", rating: 5 },
      ],
      "burst",
      "stranger_in_burst",
    );
    const [ofBurst = 0] = found["burst 5"] as number[];
    expect(ofBurst).toBeGreaterThan(1);
    expect(found["burst 5"]).toEqual([ofBurst, ofBurst]);
    expect(found["customer among them"]?.[1]).toBe(0);
    for (const other of ["of another verdict", "of another product", "long before"])
      expect(Number(found[other]?.[0])).toBeLessThan(0.5);
  });

  it("counts copies, those by strangers apart", async () => {
    const text = "Una lampada bellissima che consiglio davvero a tutti quanti";
    expect(
      await signals(
        [
          { id: "stranger", text },
          { id: "verified", text: `${text}!`, isVerified: true },
          { id: "own words", text: "Il pacco è arrivato e la scatola era intera" },
        ],
        "log_copies",
        "stranger_copies",
      ),
    ).toEqual({
      stranger: [log1p(1), log1p(1)],
      verified: [log1p(1), 0],
      "own words": [0, 0],
    });
  });

  it("is a rating's distance from the product's others, and whether a stranger is unusual in the channel", async () => {
    const found = await signals(
      [
        { id: "lowest", at: "2026-03-01 10:00", product: "p1", rating: 1 },
        { id: "like most", at: "2026-03-01 11:00", product: "p1", rating: 4, customer: "a" },
        { id: "like most too", at: "2026-03-01 12:00", product: "p1", rating: 4, customer: "b" },
        { id: "unrated", at: "2026-03-01 13:00", product: "p1", customer: "c" },
      ],
      "distance_from_others",
      "is_extreme",
      "unusual_stranger",
    );
    expect(found).toEqual({
      lowest: [0.6, true, 0.75],
      "like most": [0.3, false, -0.25],
      "like most too": [0.3, false, -0.25],
      unrated: [null, false, -0.25],
    });
  });
});
