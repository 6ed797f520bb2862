import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { mailServer } from "../support/mail-server.js";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { run } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

const notebook = `---
title: { en: Cities, it: Città }
findings: [{ en: "{{ towns.city }} leads", it: "{{ towns.city }} è prima" }]
---
\`\`\`sql towns
select * from cities order by customers desc, city
\`\`\`
`;

/** A shop whose report is mailed to two people in English. */
function mailingShop(): Project {
  const project = testProject({ ...shopFiles(), "reports/towns.md": notebook });
  project.replace(
    "pipelines/nightly.yaml",
    "  spending_file:",
    '  towns: { report: reports/towns.md, also: [ipynb, eml], mail: { en: [ada@example.org, "bea@example.org"] } }\n  spending_file:',
  );
  return project;
}

describe("a report that is mailed", () => {
  beforeEach(() => vi.stubEnv("ANCORA_SMTP_HOST", ""));
  afterEach(() => vi.unstubAllEnvs());

  it("is sent once it is published, and not again while it is the same", async () => {
    const { port, received } = await mailServer();
    vi.stubEnv("ANCORA_SMTP_HOST", "127.0.0.1");
    vi.stubEnv("ANCORA_SMTP_PORT", String(port));
    vi.stubEnv("ANCORA_MAIL_FROM", "night@example.org");
    const project = mailingShop();
    const { notices } = await run(project);
    expect(notices).toContain("mailed: towns (en) to ada@example.org, bea@example.org");
    expect(received).toHaveLength(1);
    expect(received[0]?.to).toEqual(["ada@example.org", "bea@example.org"]);
    expect(received[0]?.raw).toContain("Subject: Prato leads");
    await run(project);
    project.replace("data/inbox/orders-1.csv", "7.25", "8.25");
    await run(project, "horizon_days=31");
    expect(received.length).toBeLessThanOrEqual(2);
  });

  it("is published all the same where no mail server is named, which is said", async () => {
    const project = mailingShop();
    const { notices, publication } = await run(project);
    expect(publication.mails).toHaveLength(1);
    expect(notices.join()).toContain(
      "not mailed: towns (en) to ada@example.org, bea@example.org, because ANCORA_SMTP_HOST names no mail server",
    );
  });

  it("is published and then fails the run when the server is away; the next run sends it", async () => {
    const away = await mailServer();
    await away.close();
    vi.stubEnv("ANCORA_SMTP_HOST", "127.0.0.1");
    vi.stubEnv("ANCORA_SMTP_PORT", String(away.port));
    const project = mailingShop();
    const error = await mistake(run(project));
    expect(error.exitCode).toBe(exitCodes.stageFailed);
    expect(project.read("reports/out/towns.en.html")).toContain("<h1>Cities</h1>");
    const { port, received } = await mailServer();
    vi.stubEnv("ANCORA_SMTP_PORT", String(port));
    await run(project);
    expect(received).toHaveLength(1);
  });

  it("puts its other formats beside the page", async () => {
    const project = mailingShop();
    await run(project);
    expect(project.read("reports/out/towns.it.ipynb")).toContain("../../data/store/warehouse.duckdb");
    expect(project.read("reports/out/towns.en.eml")).toContain("Subject: Prato leads");
  });

  it("refuses an address that is none", async () => {
    const project = mailingShop();
    project.replace("pipelines/nightly.yaml", "ada@example.org", "ada");
    expect((await mistake(run(project))).describe()).toContain("pipelines/nightly.yaml:");
  });
});
