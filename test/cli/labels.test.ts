import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ancora } from "../support/command.js";
import { Project } from "../support/project.js";
import { ask, compute, run } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

const queue = `select place, 'f' || place as feedback_id,
  case place when 1 then '=cmd|'' /C calc''!A0' when 2 then 'two
lines, "quoted"' else 'plain' end as text,
  'uncertain' as why_asked, 50 as credibility_percent, null::varchar as moderation_label, null::timestamp as labelled_at
from range(1, 81) as t(place)`;

let shop: Project;
const inShop = (...args: string[]) => ancora(args, { cwd: shop.folder });

beforeAll(async () => {
  shop = new Project({ ...shopFiles(), "pipelines/sql/labels_queue.sql": queue });
  shop.replace(
    "pipelines/nightly.yaml",
    "  cities:",
    "  labels_queue: { sql: sql/labels_queue.sql }\n  cities:",
  );
  await run(shop);
});
afterAll(() => shop.remove());

describe("labels queue", () => {
  it("writes the first fifty as CSV that is safe in a spreadsheet and has room for the verdict", async () => {
    const { code, stdout } = await inShop("labels", "queue", "--output", "out/labels.csv");
    expect([code, stdout]).toEqual([0, ""]);
    const rows = await compute(
      `from read_csv('${shop.path("out/labels.csv")}', header = true, all_varchar = true)`,
    );
    expect(rows).toHaveLength(50);
    expect(rows[0]).toEqual({
      feedback_id: "f1",
      text: "'=cmd|' /C calc'!A0",
      why_asked: "uncertain",
      credibility_percent: "50",
      moderation_label: null,
      labelled_at: null,
    });
    expect(rows[1]).toMatchObject({ text: 'two\nlines, "quoted"' });
  });

  it("writes JSON as well, of as many as are asked for", async () => {
    const { stdout } = await inShop("labels", "queue", "--limit", "2", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { feedback_id: "f1", text: "=cmd|' /C calc'!A0" },
      { feedback_id: "f2" },
    ]);
  });

  it("is filled in and comes back through the data folder, rows without a verdict and all", async () => {
    await inShop("labels", "queue", "--limit", "3", "--output", "out/labels.csv");
    const [header, ...rows] = shop.read("out/labels.csv").split("\nf");
    shop.write(
      "data/inbox/labels-1.csv",
      [header, rows[0]!.replace(/,,$/, ",fake,2026-03-03"), rows[2]!].join("\nf"),
    );
    shop.write("pipelines/contracts/labels.yaml", readFileSync("pipelines/contracts/labels.yaml"));
    shop.replace(
      "pipelines/nightly.yaml",
      "  cities:",
      "  labels: { load: $data/labels*.csv, contract: contracts/labels.yaml, optional: true }\n  cities:",
    );
    await run(shop);
    expect(
      await ask(shop, "select feedback_id, moderation_label, labelled_at::date as day from labels"),
    ).toEqual([
      { feedback_id: "f1", moderation_label: "fake", day: "2026-03-03" },
      { feedback_id: "f3", moderation_label: null, day: null },
    ]);
  });

  it.each([
    [["--limit", "many"], "--limit takes a whole number"],
    [["--format", "xlsx"], "Allowed choices are csv, json"],
    [["--store", "nowhere"], "there is no such store"],
  ])("says what is wrong with %j", async (args, message) => {
    const { code, stderr } = await inShop("labels", "queue", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("says what to add to a pipeline that has no queue", async () => {
    const project = new Project(shopFiles());
    await run(project);
    const { code, stderr } = await ancora(["labels", "queue"], { cwd: project.folder });
    project.remove();
    expect(code).toBe(2);
    expect(stderr).toContain("labels_queue: { sql: sql/marts/labels_queue.sql }");
  });
});
