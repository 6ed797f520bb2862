import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logisticRegression } from "./logistic.js";
import { aucOf, makeWorld, minutes, type World } from "./world.js";

describe("the voices of a sample world", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 5000, seed: 4 });
    await world.session.execute(`
      create table reviews as
      select feedback.*, not is_genuine as is_fake, motive
      from feedback join true_messages using (feedback_id)
      where source = 'review' and brand = 'own'`);
  }, minutes);
  afterAll(() => world.close());

  it("are of six kinds, and say some of it twice", async () => {
    const speakers = await world.rows("select distinct speaker from true_messages order by speaker");
    expect(speakers.map(({ speaker }) => speaker)).toEqual([
      "competitor",
      "customer",
      "employee",
      "ex_customer",
      "prospect",
      "troll",
    ]);
    expect(await world.number("select count(copy_of) from true_messages")).toBeGreaterThan(20);
  });

  it("bought and rival reviews are a tenth of all reviews, more or less", async () => {
    const share = await world.number("select avg((motive in ('bought', 'rival'))::integer) from reviews");
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });

  it("moderators judge two fifths and rarely err", async () => {
    const judged = await world.number("select count(moderation_label) / count(*) from reviews");
    expect(judged).toBeGreaterThan(0.35);
    expect(judged).toBeLessThan(0.45);
    expect(
      await world.number("select avg(((moderation_label = 'fake') <> is_fake)::integer) from reviews"),
    ).toBeLessThan(0.03);
  });

  it.each([
    "rating",
    "abs(rating - 3)",
    "is_verified::integer",
    "(customer_id is null)::integer",
    "length(text)",
    "(text is null)::integer",
    "(language is null)::integer",
    "hour(occurred_at)",
    "epoch(occurred_at)",
  ])("%s alone does not tell fake from genuine", async (column) => {
    const auc = await world.number(aucOf("reviews", column, "is_fake"));
    expect(Math.max(auc, 1 - auc)).toBeLessThan(0.8);
  });

  it("ids, file order and formats tell nothing", async () => {
    const { n, d, data } = await world.session.matrix(`
      select
        is_fake,
        ${base36("feedback_id")} as id_number,
        row_number() over () as position,
        length(author_id) as author_length,
        (regexp_matches(author_id, '^U[0-9A-Z]{7}$'))::integer as is_anonymous,
        regexp_matches(author_id, '[._-]')::integer as has_mark,
        ${base36("feedback_id")} % 36 as last_digit
      from reviews
      order by hash(feedback_id)`);
    const rows = Array.from({ length: n }, (_, row) => Array.from(data.subarray(row * d, (row + 1) * d)));
    const half = Math.floor(n / 2);
    const predict = logisticRegression(
      rows.slice(0, half).map((row) => row.slice(1)),
      rows.slice(0, half).map((row) => row[0] ?? 0),
    );
    const held = rows.slice(half);
    await world.session.insert("judged", [
      { name: "score", type: "number", values: Float64Array.from(held, (row) => predict(row.slice(1))) },
      { name: "label", type: "number", values: Float64Array.from(held, (row) => row[0] ?? 0) },
    ]);
    const auc = await world.number(aucOf("judged", "score", "label = 1"));
    expect(auc).toBeGreaterThan(0.45);
    expect(auc).toBeLessThan(0.55);
  });

  it("speak Italian three times in four, in many wordings", async () => {
    const italian = await world.number(
      "select count(*) filter (language = 'it') / count(*) from feedback where language is not null",
    );
    expect(italian).toBeGreaterThan(0.7);
    expect(italian).toBeLessThan(0.82);
    const distinct = await world.number(
      "select count(distinct text) / count(text) from feedback where length(text) > 40",
    );
    expect(distinct).toBeGreaterThan(0.9);
    expect(await world.number("select count(*) from feedback where text similar to '.*[{}\\[\\]|␣].*'")).toBe(
      0,
    );
  });

  it("say what the truth says that they say", async () => {
    const agree = await world.number(`
      select avg((text ilike '%rimborso%' or text ilike '%refund%' or text ilike '%soldi%' or text ilike '%money%')::integer)
      from true_messages join feedback using (feedback_id)
      where topics[1].topic = 'refund' and topics[1].sentiment = 'negative' and source = 'ticket'`);
    expect(agree).toBeGreaterThan(0.5);
  });

  it("one topic turns up from nowhere in the last weeks", async () => {
    const earlier = await world.number(`
      select count(*) from true_messages join feedback using (feedback_id)
      where list_contains(list_transform(topics, lambda entry: entry.topic), 'smell') and occurred_at < '2026-09-17'`);
    const later = await world.number(`
      select count(*) from true_messages join feedback using (feedback_id)
      where list_contains(list_transform(topics, lambda entry: entry.topic), 'smell') and occurred_at >= '2026-09-17'`);
    expect(earlier).toBe(0);
    expect(later).toBeGreaterThan(100);
  });
});

describe("who answers a survey", () => {
  let seen: World;
  let unseen: World;
  beforeAll(async () => {
    seen = await makeWorld({ customers: 5000, seed: 9 });
    unseen = await makeWorld({ customers: 5000, seed: 9, responseDependsOnHappiness: true });
  }, minutes);
  afterAll(async () => {
    await seen.close();
    await unseen.close();
  }, minutes);

  it("depends on what is seen of them, and on happiness itself only when asked for", async () => {
    expect(Math.abs(await biasWithinCells(seen))).toBeLessThan(0.12);
    expect(await biasWithinCells(unseen)).toBeGreaterThan(0.3);
  });

  it("is known for a random few when happiness matters: those who were telephoned", async () => {
    const [row] = await unseen.rows(`
      select
        (select avg(nps) from true_invitations) as truth,
        (select avg(nps) from feedback where source = 'call') as called,
        (select stddev_samp(nps) / sqrt(count(nps)) from feedback where source = 'call') as deviation`);
    expect(Math.abs(Number(row?.called) - Number(row?.truth))).toBeLessThan(4 * Number(row?.deviation));
    expect(await seen.number("select count(nps) from feedback where source = 'call'")).toBe(0);
  });
});

/** Mean NPS answer of those who answered less that of all who were asked, within cells of what is seen of them. */
function biasWithinCells(world: World): Promise<number> {
  return world.number(`
    with asked as (
      select nps, is_answered, segment, marketing_consent, channel
      from true_invitations
      join customers using (customer_id)
      join (select distinct order_id, channel from transactions) using (order_id)
    ),
    cells as (
      select count(*) as n, avg(nps) as nps, avg(nps) filter (is_answered) as answered
      from asked group by segment, marketing_consent, channel having count(*) filter (is_answered) > 0
    )
    select sum(n * (answered - nps)) / sum(n) from cells`);
}

/** SQL for the number that an id's seven digits spell. */
function base36(id: string): string {
  const digit = (place: number) =>
    `(strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ${id}[${place + 2}]) - 1) * ${36 ** (6 - place)}::bigint`;
  return `(${Array.from({ length: 7 }, (_, place) => digit(place)).join(" + ")})`;
}
