import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPhrases, type PhraseBank } from "../../src/sample/phrases.js";
import { literal } from "../../src/warehouse/engine.js";
import { logisticRegression } from "./logistic.js";
import { aucOf, makeWorld, minutes, type World } from "./world.js";

describe("the voices of a sample world", () => {
  let world: World;
  let bank: PhraseBank;
  beforeAll(async () => {
    bank = await readPhrases("data/phrases.yaml");
    world = await makeWorld({ customers: 5000, seed: 4 });
    await world.session.execute(`
      create table reviews as
      select feedback.*, not is_genuine as is_fake, motive
      from feedback join true_messages using (feedback_id)
      where source = 'review' and brand = 'own'`);
  }, minutes);
  afterAll(() => world.close());

  /** Share of the texts of messages that hold a phrase of a shelf, whatever fills its slots. */
  function shareSaying(shelf: string, messages: string): Promise<number> {
    const patterns = [...bank]
      .filter(([path]) => path.slice(3).startsWith(shelf))
      .flatMap(([, phrases]) => phrases.flat())
      .map((wording) =>
        wording
          .toLowerCase()
          .split(/\{\w+\}/)
          .map(escaped)
          .join(".*"),
      );
    return world.number(`
      select avg(regexp_matches(lower(text), ${literal(patterns.join("|"))})::integer)
      from feedback join true_messages using (feedback_id) where text is not null and ${messages}`);
  }

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

  it("employees and competitors speak English too, now and then", async () => {
    for (const motive of ["report", "poaching"]) {
      const english = await world.number(`
        select avg(regexp_matches(lower(text), '\\b(the|and|is|are|we|has|at|here|to)\\b')::integer)
        from feedback join true_messages using (feedback_id) where motive = '${motive}'`);
      expect(english, motive).toBeGreaterThan(0.12);
      expect(english, motive).toBeLessThan(0.4);
    }
  });

  it("employees tell of good things as well as of bad ones, in words that customers do not use", async () => {
    const good = await world.number(
      "select avg((topics[1].sentiment = 'positive')::integer) from true_messages where speaker = 'employee'",
    );
    expect(good).toBeGreaterThan(0.3);
    expect(good).toBeLessThan(0.5);
    expect(await shareSaying("employee/", "speaker = 'employee'")).toBeGreaterThan(0.95);
    expect(await shareSaying("employee/", "source = 'survey'")).toBeLessThan(0.01);
  });

  it("competitors draw custom under the shop's own brand, and customers who leave name them too", async () => {
    const naming = (messages: string) =>
      world.number(`
        select avg((text ilike '%rivale _%')::integer)
        from feedback join true_messages using (feedback_id) where brand = 'own' and ${messages}`);
    expect(await naming("motive = 'poaching'")).toBeGreaterThan(0.9);
    expect(await naming("speaker = 'ex_customer'")).toBeGreaterThan(0.25);
  });

  it("former customers say farewell, others hardly ever", async () => {
    expect(await shareSaying("leaving", "speaker = 'ex_customer'")).toBeGreaterThan(0.75);
    expect(await shareSaying("leaving", "speaker = 'customer'")).toBeLessThan(0.15);
  });

  it("advocates recommend more than other customers; who is paid for it does so too", async () => {
    const usual = await shareSaying("recommending", "motive = 'experience'");
    expect(usual).toBeGreaterThan(0);
    expect(await shareSaying("recommending", "motive = 'advocacy'")).toBeGreaterThan(4 * usual);
    expect(await shareSaying("recommending", "motive = 'bought'")).toBeGreaterThan(4 * usual);
  });

  it("are sarcastic now and then, and never in praise", async () => {
    const bad = "topics[1].sentiment = 'negative' and speaker = 'customer'";
    expect(await shareSaying("sarcasm/", bad)).toBeGreaterThan(0.01);
    expect(await shareSaying("sarcasm/", bad)).toBeLessThan(0.1);
    expect(await shareSaying("sarcasm/", "topics[1].sentiment = 'positive'")).toBe(0);
  });

  it("use negations in praise as well as in blame", async () => {
    const negating = (sentiment: string) =>
      world.number(`
        select avg(regexp_matches(lower(text), '\\b(non|mai|niente|nessun\\w*|not|never|no|nothing)\\b')::integer)
        from feedback join true_messages using (feedback_id)
        where text is not null and len(topics) = 1 and topics[1].sentiment = '${sentiment}'`);
    expect(await negating("positive")).toBeGreaterThan(0.12);
    expect(await negating("negative")).toBeLessThan(0.6);
  });

  it("speak of two topics in one message in four, in two tones in some of them", async () => {
    const two = await world.number(
      "select avg((len(topics) = 2)::integer) from true_messages where len(topics) > 0",
    );
    expect(two).toBeGreaterThan(0.2);
    expect(two).toBeLessThan(0.5);
    const mixed = await world.number(
      "select avg((topics[1].sentiment <> topics[2].sentiment)::integer) from true_messages where len(topics) = 2",
    );
    expect(mixed).toBeGreaterThan(0.15);
  });

  it("name products where they are specific, and never where they are general", async () => {
    const products = await world.rows("select distinct product_id from transactions");
    expect(products.length).toBe(40);
    const naming = (isSpecific: boolean) =>
      world.number(`
        select avg(regexp_matches(lower(text), '\\b(${productNames.join("|")})\\b')::integer)
        from feedback join true_messages using (feedback_id)
        where text is not null and is_specific = ${isSpecific}`);
    expect(await naming(true)).toBeGreaterThan(0.25);
    expect(await naming(false)).toBe(0);
  });

  it("are short and long, sloppy and neat", async () => {
    const [row] = await world.rows(`
      select
        quantile_cont(length(text), 0.1) as short,
        quantile_cont(length(text), 0.9) as long,
        avg((text = lower(text))::integer) as without_capitals,
        count(*) filter (text = upper(text)) as shouted,
        count(*) filter (regexp_matches(text, '\\b(nn|ke|xké|u|cuz)\\b')) as abbreviated
      from feedback where length(text) > 20`);
    expect(Number(row?.short)).toBeLessThan(45);
    expect(Number(row?.long)).toBeGreaterThan(130);
    expect(Number(row?.without_capitals)).toBeGreaterThan(0.08);
    expect(Number(row?.without_capitals)).toBeLessThan(0.3);
    expect(Number(row?.shouted)).toBeGreaterThan(20);
    expect(Number(row?.abbreviated)).toBeGreaterThan(20);
  });

  it("copy word for word but for slips, fakes most and customers too", async () => {
    const copies = await world.rows(`
      select
        copied.is_genuine,
        levenshtein(strip_accents(lower(copy.text)), strip_accents(lower(original.text))) as edits,
        length(original.text) as length,
        copied.topics = originals.topics and copied.is_specific = originals.is_specific as is_alike,
        copy.text = original.text as is_exact
      from true_messages as copied
      join feedback as copy using (feedback_id)
      join true_messages as originals on originals.feedback_id = copied.copy_of
      join feedback as original on original.feedback_id = copied.copy_of
      where original.text is not null`);
    expect(copies.every(({ is_alike }) => is_alike)).toBe(true);
    expect(copies.filter(({ edits, length }) => Number(edits) > 6 + Number(length) / 10)).toEqual([]);
    for (const isGenuine of [true, false]) {
      const some = copies.filter(({ is_genuine }) => is_genuine === isGenuine);
      expect(some.length).toBeGreaterThan(30);
      expect(some.some(({ is_exact }) => is_exact)).toBe(true);
      expect(some.some(({ is_exact }) => !is_exact)).toBe(true);
    }
    expect(await world.number("select count(copy_of) from true_messages")).toBeLessThan(copies.length * 1.1);
  });

  it.each(["bought", "rival"])("%s reviews burst upon single products", async (motive) => {
    const company = (from: number, to: number) =>
      world.number(`
        select avg((exists (
          from reviews as other
          where other.product_id = reviews.product_id and other.motive = reviews.motive and other.feedback_id <> reviews.feedback_id
            and abs(date_diff('hour', reviews.occurred_at, other.occurred_at)) between ${24 * from} and ${24 * to}))::integer)
        from reviews where motive = '${motive}'`);
    expect(await company(0, 4)).toBeGreaterThan(0.3);
    expect(await company(0, 4)).toBeGreaterThan(2 * (await company(200, 204)));
  });

  it("no word gives a fake review or a troll away", async () => {
    const worst = (messages: string, label: string) =>
      world.number(`
        with words as (
          select distinct feedback_id, ${label} as label, unnest(regexp_extract_all(lower(text), '[\\p{L}\\d]+')) as word
          from feedback join true_messages using (feedback_id)
          where text is not null and brand = 'own' and copy_of is null and ${messages}
        )
        select max(share) from (select avg(label::integer) as share from words group by word having count(*) >= 30)`);
    expect(await worst("source = 'review'", "not is_genuine")).toBeLessThan(0.6);
    expect(await worst("source in ('social', 'review')", "speaker = 'troll'")).toBeLessThan(0.95);
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

function escaped(words: string): string {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Of products that are called by one word, in Italian. */
const productNames = [
  ...[
    "strofinaccio",
    "tagliere",
    "annaffiatoio",
    "padella",
    "cuscino",
    "asciugamano",
    "caffettiera",
    "mensola",
  ],
  ...["bollitore", "lanterna", "frullatore", "tostapane", "tappeto", "copripiumino", "piantana", "sgabello"],
  ...[
    "scarpiera",
    "plafoniera",
    "trapunta",
    "specchio",
    "ventilatore",
    "aspirapolvere",
    "comodino",
    "poltrona",
  ],
];

/** SQL for the number that an id's seven digits spell. */
function base36(id: string): string {
  const digit = (place: number) =>
    `(strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ${id}[${place + 2}]) - 1) * ${36 ** (6 - place)}::bigint`;
  return `(${Array.from({ length: 7 }, (_, place) => digit(place)).join(" + ")})`;
}
