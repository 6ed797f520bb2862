import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorld, minutes, readContract, tables, type World } from "./world.js";

describe("a sample world and the contracts", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  }, minutes);
  afterAll(() => world.close());

  it.each(tables)("%s has the columns of its contract, in order", async (table) => {
    const text = await readFile(join(world.folder, `${table}.csv`), "utf8");
    const { columns } = await readContract(table);
    expect(text.slice(0, text.indexOf("\n")).split(",")).toEqual(Object.keys(columns));
  });

  it.each(tables)("every row of %s keeps its contract", async (table) => {
    const { columns, key } = await readContract(table);
    expect(await world.number(`select count(*) from ${table}`)).toBeGreaterThan(100);
    const conditions = Object.entries(columns).flatMap(([name, { required, accepted, range }]) => [
      ...(required ? [`${name} is not null`] : []),
      ...(accepted
        ? [`coalesce(${name} in (${accepted.map((value) => `'${value}'`).join(", ")}), true)`]
        : []),
      ...(range ? [`coalesce(${name} between ${range[0]} and ${range[1]}, true)`] : []),
    ]);
    for (const condition of conditions) {
      expect(await world.number(`select count(*) from ${table} where not (${condition})`), condition).toBe(0);
    }
    expect(
      await world.number(
        `select count(*) from (select ${key.join(", ")} from ${table} group by all having count(*) > 1)`,
      ),
    ).toBe(0);
  });

  it("refers only to customers, orders and messages that exist", async () => {
    for (const table of ["transactions", "feedback", "touchpoints", "cases"]) {
      const orphans = `from ${table} anti join customers using (customer_id) where customer_id is not null`;
      expect(await world.number(`select count(*) ${orphans}`), table).toBe(0);
    }
    for (const table of ["feedback", "touchpoints", "cases"]) {
      const orphans = `from ${table} anti join transactions using (order_id) where order_id is not null`;
      expect(await world.number(`select count(*) ${orphans}`), table).toBe(0);
    }
    expect(
      await world.number(
        "select count(*) from cases anti join feedback using (feedback_id) where feedback_id is not null",
      ),
    ).toBe(0);
  });

  it("knows nothing of what happens after its last day", async () => {
    const latest = await world.rows(`
      select max(moment) <= timestamp '2026-10-31 23:59:59' as is_within from (
        select max(greatest(occurred_at, delivered_at)) as moment from transactions
        union all select max(greatest(occurred_at, moderated_at)) from feedback
        union all select max(occurred_at) from touchpoints
        union all select max(greatest(opened_at, acknowledged_at, resolved_at, reopened_at)) from cases
      )`);
    expect(latest).toEqual([{ is_within: true }]);
  });

  it("has every sample column hold something", async () => {
    for (const table of tables) {
      const { columns } = await readContract(table);
      for (const name of Object.keys(columns)) {
        expect(await world.number(`select count(${name}) from ${table}`), `${table}.${name}`).toBeGreaterThan(
          0,
        );
      }
    }
  });
});
