import { describe, expect, it } from "vitest";
import { composeMail, renderMail, type Mail } from "../../src/reports/index.js";
import type { Results } from "../../src/reports/index.js";
import { parseNotebook } from "../../src/reports/index.js";
import { openFolder, options } from "./world.js";

const demo = async (): Promise<Mail> => {
  const { notebook, results } = await openFolder("test/reports/input/demo");
  return renderMail(notebook, results, options("en"));
};

const envelope = {
  from: "Ancora <night@example.org>",
  to: ["ada@example.org"],
  date: new Date("2026-11-21T03:00:00Z"),
};

describe("a report as an e-mail", () => {
  it("refers to every chart by its content id, with an alternative text", async () => {
    const { html, images } = await demo();
    const referred = [...html.matchAll(/<img src="cid:([^"]+)" alt="([^"]*)"/g)];
    expect(referred.map(([, cid]) => cid)).toEqual(images.map(({ cid }) => cid));
    expect(images).toHaveLength(3);
    for (const [, , alternative = ""] of referred) expect(alternative.length).toBeGreaterThan(20);
    for (const { png } of images) expect(png.readUInt32BE(16), "pixels across").toBeGreaterThanOrEqual(640);
    expect(html).not.toMatch(/<svg|<script|href=/);
  });

  it("says the same in plain text", async () => {
    const { text } = await demo();
    expect(text).toContain("€182,400");
    expect(text).not.toMatch(/<p>|&lt;|&#/);
  });

  it("stays under 100 KB and says that the rest is elsewhere", async () => {
    const long = Array.from({ length: 3000 }, (_, row) => `${row} ${"a long word ".repeat(20)}`);
    const results: Results = new Map([
      ["words", { columns: [{ name: "word", type: "VARCHAR" }], rows: long.map((word) => [word]) }],
    ]);
    const parts = ["::: en\n- {{ words.word }}\n:::", "::: it\n- {{ words.word }}\n:::"].join("\n");
    const text = `---\ntitle: { en: Long, it: Lungo }\n---\n\`\`\`sql words\nselect 1\n\`\`\`\n::: en\n# First\n:::\n::: it\n# Primo\n:::\n\`\`\`table words\ncolumns: [{ field: word, label: { en: Word, it: Parola } }]\n\`\`\`\n::: each words\n${parts}\n:::\n`;
    const { html } = await renderMail(parseNotebook(text, "long.md"), results, options("en"));
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(html).toContain("2,990 more rows are not shown");
    expect(html).toContain("The rest is in the report itself.");
  });

  it("is the same bytes for the same message, and another message for other people", async () => {
    const mail = await demo();
    const bytes = await composeMail(mail, envelope);
    expect(await composeMail(mail, envelope)).toEqual(bytes);
    const id = (raw: Buffer) => /^Message-ID: (.*)$/m.exec(raw.toString())?.[1];
    expect(id(await composeMail(mail, { ...envelope, to: ["bea@example.org"] }))).not.toBe(id(bytes));
  });

  it("is MIME: alternatives of text and HTML, pictures related to the HTML", async () => {
    const raw = (await composeMail(await demo(), envelope)).toString();
    const types = [...raw.matchAll(/^Content-Type: ([\w/-]+)/gm)].map(([, type]) => type);
    expect(types).toEqual([
      "multipart/alternative",
      "text/plain",
      "multipart/related",
      "text/html",
      "image/png",
      "image/png",
      "image/png",
    ]);
    expect(raw).toMatch(/^Content-Id: <chart-1@ancora>/im);
    expect(raw).toContain("Date: Sat, 21 Nov 2026 03:00:00 +0000");
  });
});

describe("the subject", () => {
  it("is the first finding, on one line, whatever is written in it", async () => {
    const text = `---
title: { en: Title, it: Titolo }
findings: [{ en: "{{ words.word }}", it: "{{ words.word }}" }]
---
\`\`\`sql words
select 1
\`\`\`
`;
    const results: Results = new Map([
      [
        "words",
        { columns: [{ name: "word", type: "VARCHAR" }], rows: [["late\r\nBcc: eve@example.org\n\n<b>"]] },
      ],
    ]);
    const mail = await renderMail(parseNotebook(text, "n.md"), results, options("en"));
    const raw = (await composeMail(mail, envelope)).toString();
    const [head = ""] = raw.split("\r\n\r\n");
    expect(head).not.toMatch(/^Bcc/im);
    expect(head).toMatch(/^Subject: late/m);
  });
});
