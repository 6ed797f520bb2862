import { tableFromIPC } from "apache-arrow";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onSave } from "../../src/cli/watch.js";
import { UserError } from "../../src/errors.js";
import { ancora } from "../support/command.js";
import { Project, testProject } from "../support/project.js";
import { run } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

const notebook = `---
title: { en: Cities, it: Città }
---
\`\`\`sql towns
select city, customers, '=1+1' as formula from cities order by city
\`\`\`
\`\`\`table towns
columns: [{ field: city, label: { en: City, it: Città } }]
\`\`\`
`;

let shop: Project;
const report = (...args: string[]) => ancora(["report", ...args], { cwd: shop.folder });

beforeAll(async () => {
  shop = new Project({
    ...shopFiles(),
    "reports/towns.md": notebook,
    "reports/index.md":
      "---\ntitle: { en: All, it: Tutti }\n---\n```sql runs\nselect * from night.runs\n```\n",
  });
  shop.replace("pipelines/nightly.yaml", "name: shop\n", "name: shop\nindex: reports/index.md\n");
  shop.replace(
    "pipelines/nightly.yaml",
    "  spending_file:",
    "  towns: { report: reports/towns.md }\n  spending_file:",
  );
  await run(shop);
});
afterAll(() => shop.remove());

describe("ancora report", () => {
  it("renders a report by its name, as the pipeline has published it", async () => {
    const { code, stdout } = await report("towns", "--output", "drafts");
    expect([code, stdout.trim()]).toEqual([0, "drafts/towns.it.html  drafts/towns.en.html"]);
    expect(shop.read("drafts/towns.en.html").replace(/<script[^]*/, "")).toBe(
      shop.read("reports/out/towns.en.html").replace(/<script[^]*/, ""),
    );
  });

  it("writes a cell as CSV that no spreadsheet runs, and as Arrow", async () => {
    const { stdout } = await report("towns", "--format", "csv", "--cell", "towns");
    expect(stdout).toBe("city,customers,formula\nLucca,1,'=1+1\nPrato,2,'=1+1\n");
    await report("reports/towns.md", "--format", "arrow", "--cell", "towns", "--output", "towns.arrow");
    expect(tableFromIPC(readFileSync(shop.path("towns.arrow"))).numRows).toBe(2);
  });

  it.each([
    [["tovns"], "tovns is neither a file nor a report of the pipeline\n  Did you mean 'towns'?"],
    [["index"], "Open reports/out/index.it.html or reports/out/index.en.html"],
    [["reports/index.md"], "the index tells of a whole run: it is rendered when one publishes"],
    [
      ["towns", "--format", "csv"],
      "--format csv writes the result of one cell\n  Name the cell with --cell.",
    ],
    [
      ["towns", "--locale", "en", "--send-to", "ada@example.org"],
      "--send-to: the environment names no mail server",
    ],
  ])("says what is wrong with %s", async (args, message) => {
    const { code, stderr } = await report(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("onSave", () => {
  it("renders again when a file that rendering has read is saved, and goes on after a mistake", async () => {
    const project = testProject({ "a.md": "1", "b.md": "1" });
    const stop = new AbortController();
    const seen: string[] = [];
    const failures: string[] = [];
    await onSave(
      () => {
        seen.push(project.read("a.md") + project.read("b.md"));
        if (seen.length === 1) writeFileSync(project.path("b.md"), "2 longer");
        if (seen.length === 2) {
          setTimeout(() => writeFileSync(project.path("a.md"), "3 longer still"), 50);
          return Promise.reject(new UserError("half-written"));
        }
        if (seen.length === 3) stop.abort();
        return Promise.resolve([project.path("a.md"), project.path("b.md")]);
      },
      {
        first: project.path("b.md"),
        failed: ({ message }) => failures.push(message),
        signal: stop.signal,
      },
    );
    expect(existsSync(project.path("a.md"))).toBe(true);
    expect(seen.at(-1)).toBe("3 longer still2 longer");
    expect(failures).toEqual(["half-written"]);
  });
});
