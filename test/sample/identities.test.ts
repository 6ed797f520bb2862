import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorld, minutes, type World } from "./world.js";

describe("the identities of a person in a sample world", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 3000, months: 12, seed: 12 });
  }, minutes);
  afterAll(() => world.close());

  it("are several records of the CRM for some, with the same address or a mistyped one", async () => {
    const pairs = await world.rows(`
      select damerau_levenshtein(records.email, twins.email) as typos
      from true_identities as record
      join true_identities as twin on twin.person_id = record.person_id and twin.customer_id > record.customer_id
      join customers as records on records.customer_id = record.customer_id
      join customers as twins on twins.customer_id = twin.customer_id
      where records.email is not null and twins.email is not null`);
    const typos = pairs.map((pair) => Number(pair.typos));
    expect(typos.filter((count) => count === 0).length).toBeGreaterThan(15);
    expect(typos.filter((count) => count === 1).length).toBeGreaterThan(25);
    expect(Math.max(...typos)).toBeLessThanOrEqual(2);
  });

  it("share telephones with relatives, so that a number is not a person", async () => {
    const shared = await world.number(`
      select count(*) from (
        select phone from customers join true_identities using (customer_id)
        where phone is not null group by phone having count(distinct person_id) > 1)`);
    expect(shared).toBeGreaterThan(20);
  });

  it.each([
    ["e-mail", "source in ('survey', 'ticket')", "email"],
    ["telephone", "source = 'call'", "phone"],
    ["handle", "source in ('review', 'social', 'chat')", "handle"],
  ])("are the %s that the CRM holds, where it holds one: %s", async (_, messages, column) => {
    const agree = await world.number(`
      select avg((author_id = ${column})::integer)
      from feedback
      join true_messages using (feedback_id)
      join customers on customers.customer_id = true_messages.customer_id
      where ${messages} and ${column} is not null`);
    expect(agree).toBe(1);
  });

  it("are an anonymous account where it holds none, and the same one each time", async () => {
    const [row] = await world.rows(`
      select count(distinct author_id) as accounts, count(distinct true_messages.person_id) as people, bool_and(author_id like 'U%') as are_anonymous
      from feedback
      join true_messages using (feedback_id)
      join customers on customers.customer_id = true_messages.customer_id
      where source in ('review', 'social', 'chat') and handle is null
        and not exists (from true_identities where is_duplicate and person_id = true_messages.person_id)`);
    expect(row?.are_anonymous).toBe(true);
    expect(Number(row?.people)).toBeGreaterThan(100);
    expect(row?.accounts).toEqual(row?.people);
  });

  it("are shown with the message to some: always in surveys, never in posts, in reviews when verified", async () => {
    const known = (messages: string) =>
      world.number(`
        select avg((feedback.customer_id is not null)::integer)
        from feedback join true_messages using (feedback_id)
        where true_messages.customer_id is not null and ${messages}`);
    expect(await known("source = 'survey'")).toBe(1);
    expect(await known("source = 'social'")).toBe(0);
    expect(await known("source = 'review' and is_verified")).toBe(1);
    expect(await known("source = 'review' and not is_verified")).toBe(0);
  });

  it("are foreign to the CRM when an outsider speaks", async () => {
    const strangers = await world.number(`
      select avg((exists (from customers where author_id in (email, phone, handle)))::integer)
      from feedback join true_messages using (feedback_id)
      where speaker not in ('customer', 'ex_customer')`);
    expect(strangers).toBeLessThan(0.02);
  });
});
