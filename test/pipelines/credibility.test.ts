import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";
import { feedbackOf, type Message } from "./messages.js";

let files: SqlFiles;
const parameters = { as_of: "2026-03-31" };

beforeAll(async () => {
  files = await SqlFiles.open();
  await files.policy("credibility_rules");
  await files.session.execute(`create table transactions as
    select * from (values
      ('buyer', 'o1', 'p1', 'purchase', timestamp '2026-02-01'),
      ('giver back', 'o2', 'p1', 'return', timestamp '2026-02-01'),
      ('late', 'o3', 'p1', 'purchase', timestamp '2026-04-02')
    ) as t(customer_id, order_id, product_id, kind, occurred_at)`);
});
afterAll(() => files.close());

/** Message -> the rules that fire for it. */
async function fired(messages: readonly Message[]): Promise<Record<string, string[]>> {
  await files.session.execute(`create or replace table feedback as ${feedbackOf(messages)}`);
  await files.make("text", "fired_rules", parameters);
  const rows = records(await files.session.query("select feedback_id, rule from fired_rules order by all"));
  const of: Record<string, string[]> = Object.fromEntries(messages.map(({ id }) => [id, []]));
  for (const { feedback_id, rule } of rows) of[cellText(feedback_id)]?.push(cellText(rule));
  return of;
}

describe("the weak rules of credibility", () => {
  it("know a purchase of the product before the message, and whom the CRM knows not to have bought it", async () => {
    expect(
      await fired([
        { id: "bought it", customer: "buyer", product: "p1" },
        { id: "bought it later", customer: "buyer", product: "p1", at: "2026-01-31" },
        { id: "bought another", customer: "buyer", product: "p2" },
        { id: "gave it back only", customer: "giver back", product: "p1" },
        { id: "of no product", customer: "giver back" },
        { id: "of a stranger", product: "p1" },
      ]),
    ).toEqual({
      "bought it": ["bought_the_product"],
      "bought it later": ["never_bought"],
      "bought another": ["never_bought"],
      "gave it back only": ["never_bought"],
      "of no product": [],
      "of a stranger": [],
    });
  });

  it("know an order that is on file, and none of after the night", async () => {
    expect(
      await fired([
        { id: "on file", order: "o1" },
        { id: "made up", order: "o9" },
        { id: "of the future", order: "o3" },
      ]),
    ).toEqual({ "on file": ["order_on_file"], "made up": [], "of the future": [] });
  });

  it("know an account that has written for over half a year", async () => {
    expect(
      await fired([
        { id: "first", author: "old", at: "2025-06-01" },
        { id: "after 180 days", author: "old", at: "2025-11-28" },
        { id: "after 181 days", author: "old", at: "2025-11-29" },
        { id: "of a new account", author: "new", at: "2026-03-01" },
      ]),
    ).toEqual({
      first: [],
      "after 180 days": [],
      "after 181 days": ["long_standing_author"],
      "of a new account": [],
    });
  });

  it("know three products within a day, from the third on", async () => {
    const day = ["2026-03-01 09:00", "2026-03-01 12:00", "2026-03-02 08:00"];
    const days = ["2026-03-01 09:00", "2026-03-01 12:00", "2026-03-02 10:00"];
    const one = (author: string, times: string[], products = ["p1", "p2", "p3"]) =>
      times.map((at, nth): Message => ({ id: `${author} ${nth + 1}`, author, at, product: products[nth]! }));
    const of = await fired([
      ...one("hasty", day),
      ...one("slow", days),
      ...one("faithful", day, ["p1", "p1", "p1"]),
    ]);
    const firing = Object.entries(of).filter(([, rules]) => rules.length > 0);
    expect(firing).toEqual([["hasty 3", ["many_products_in_a_day"]]]);
  });

  it("are each known to the policy, in the words of both languages", async () => {
    await fired([
      { id: "a", customer: "buyer", product: "p1", order: "o1", author: "x", at: "2026-03-01" },
      { id: "b", customer: "buyer", product: "p2", author: "x", at: "2025-06-01" },
      { id: "c", customer: "buyer", product: "p3", author: "x", at: "2026-03-01" },
      { id: "d", customer: "buyer", product: "p4", author: "x", at: "2026-03-01" },
    ]);
    const { rows } = await files.session.query(`
      select rule, label_en, label_it from credibility_rules
      where rule not in (select rule from fired_rules) or label_en = '' or label_it = '' or points = 0`);
    expect(rows).toEqual([]);
  });
});

describe("how far a message is believed", () => {
  const messages: Message[] = ["sure", "doubted", "unlike", "bare"].map((id) => ({ id, text: "some words" }));

  /** @param points of each message's rules */
  async function believed(status: "trained" | "refused", points: Record<string, number> = {}) {
    const scores =
      status === "trained"
        ? "(0.004, null), (0.99, null), (null, 'unlike_training'), (null, 'empty_text')"
        : "(null, null)";
    const rules = Object.entries(points).map(([id, n]) => `('${id}', 'rule', ${n}, 'a rule', 'una regola')`);
    await files.session.execute(`
      create or replace table feedback as ${feedbackOf(messages)};
      create or replace table credibility_model as select '${status}' as status;
      create or replace table feedback_scores as
      select feedback_id, fake_probability, fake_probability_withheld
      from (select unnest(['sure', 'doubted', 'unlike', 'bare']) as feedback_id)
      positional join (values ${scores}) as t(fake_probability, fake_probability_withheld)
      where feedback_id is not null;
      create or replace table reasons as
      select 'credibility' as model, 'doubted' as item_id, 1 as rank, 'copied' as text_en, 'copiato' as text_it;
      create or replace table fired_rules as
      select * from (values ('none', '', 0, '', '') ${rules.map((rule) => `, ${rule}`).join("")})
        as t(feedback_id, rule, points, label_en, label_it) where feedback_id <> 'none'`);
    await files.make("marts", "feedback_credibility", parameters);
    const rows = records(
      await files.session.query(
        "select feedback_id, credibility_percent, not_judged_because, level, reasons_it, weight from feedback_credibility",
      ),
    );
    return Object.fromEntries(
      rows.map(({ feedback_id, credibility_percent, not_judged_because, level, reasons_it, weight }) => [
        cellText(feedback_id),
        [credibility_percent, not_judged_because, level, reasons_it, weight],
      ]),
    );
  }

  it("is a percentage with its reasons where a model judges, and counts for a twentieth at least", async () => {
    expect(await believed("trained", { sure: -5 })).toEqual({
      sure: [100, null, null, null, 0.996],
      doubted: [1, null, null, "copiato", 0.05],
      unlike: [null, "unlike_training", null, null, 1],
      bare: [null, "empty_text", null, null, 1],
    });
  });

  it("is a level by the rules that fired where there is no model, never a percentage", async () => {
    expect(await believed("refused", { sure: 2, doubted: -2, unlike: 1 })).toEqual({
      sure: [null, null, "high", "una regola", 1],
      doubted: [null, null, "low", "una regola", 0.5],
      unlike: [null, null, "medium", "una regola", 1],
      bare: [null, null, "medium", null, 1],
    });
  });
});
