import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const asOf = "2026-03-31";

/** Calls as many a day as an expression of `day` and `back`, days before the last, says. */
async function contacts(perDay: string, days = 730): Promise<Planted> {
  const planted = await plant(
    {
      feedback: `select 'call' as source, 'own' as brand, day::timestamp + interval 9 hours as occurred_at
        from (select date '${asOf}' - back::integer as day, back::integer as back from range(0, ${days}) as t(back)) as days
        cross join lateral (select unnest(range(${perDay})))`,
    },
    { as_of: asOf },
  );
  await planted.make("marts/contact_days.sql");
  await planted.make("marts/contact_rhythm.sql");
  return planted;
}

const weekend = "case when isodow(day) >= 6 then 4 else 11 end";

describe("contacts by day", () => {
  it("expect what weekday and surrounding weeks tell, and call a day beyond the limit a peak", async () => {
    const planted = await contacts(`${weekend} + case when day = date '2026-02-17' then 20 else 0 end`);
    const days = await planted.rows("select * from contact_days where source = 'call' order by day");
    expect(days).toHaveLength(365);
    const usual = days.filter(({ is_peak }) => is_peak === false);
    for (const { contacts: n, expected } of usual)
      expect(Math.abs(Number(n) - Number(expected))).toBeLessThan(1.2);
    expect(days.filter(({ is_peak }) => is_peak === true)).toMatchObject([
      { day: "2026-02-17", contacts: 31 },
    ]);
  });

  it("take a season that lasts for weeks for no peak", async () => {
    const planted = await contacts("case when month(day) = 12 then 24 else 12 end");
    const peaks = await planted.rows(
      "select * from contact_days where is_peak and month(day) = 12 and day(day) > 7",
    );
    expect(peaks).toEqual([]);
  });

  it("count a day without contacts as none, and sum channels under all", async () => {
    const planted = await contacts("case when isodow(day) = 7 then 0 else 5 end");
    const [sunday] = await planted.rows(
      "select contacts, expected, is_peak from contact_days where source = 'all' and isodow(day) = 7 order by day limit 1",
    );
    expect(sunday).toEqual({ contacts: 0, expected: 0, is_peak: false });
  });

  it("expect nothing while too few days are known, and say why", async () => {
    const planted = await contacts("3", 10);
    const days = await planted.rows("select distinct expected, is_peak, caveat from contact_days");
    expect(days).toEqual([{ expected: null, is_peak: null, caveat: "too few days around it" }]);
    const rhythm = await planted.rows(
      "select count(*) as n, count(index) as told, count(caveat) as reasons from contact_rhythm",
    );
    expect(rhythm).toEqual([{ n: 19, told: 0, reasons: 19 }]);
  });

  it("are none where nobody ever got in touch", async () => {
    const planted = await contacts("0");
    expect(await planted.rows("select * from contact_days")).toEqual([]);
    expect(
      await planted.rows("select distinct index, caveat is not null as has_reason from contact_rhythm"),
    ).toEqual([{ index: null, has_reason: true }]);
  });
});

describe("the rhythm of contacts", () => {
  it("is each weekday against its week", async () => {
    const planted = await contacts(weekend);
    const rows = await planted.rows(
      "select place, index, low, high from contact_rhythm where cycle = 'weekday' order by place",
    );
    // 5 x 11 + 2 x 4 = 63 a week, 9 a day.
    expect(rows.map(({ index }) => index)).toEqual([...Array<number>(5).fill(1.2222), 0.4444, 0.4444]);
    for (const { low, high, index } of rows) expect([low, high]).toEqual([index, index]);
  });

  it("is each month against the year around it, growth not being a season", async () => {
    const planted = await contacts("20 + (729 - back) // 40 + case when month(day) = 9 then 20 else 0 end");
    const rows = await planted.rows(
      "select place, index from contact_rhythm where cycle = 'month' order by place",
    );
    const september = rows.find(({ place }) => place === 9);
    expect(Number(september?.index)).toBeGreaterThan(1.4);
    for (const { place, index } of rows) {
      if (place !== 9) expect(Math.abs(Number(index) - 0.95)).toBeLessThan(0.06);
    }
  });
});
