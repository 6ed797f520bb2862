import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "../support/project.js";
import { run } from "../support/run.js";

const notebook = readFileSync(
  fileURLToPath(new URL("../../reports/credibility.md", import.meta.url)),
  "utf8",
);

/** A hundred reviews of two products, ten social messages, and an old one that no window holds. */
const messages = `select 'f' || i as feedback_id, timestamp '2026-10-20' as occurred_at, if(i < 100, 'review', 'social') as source,
    'own' as brand, case when i < 50 then 'p1' when i < 100 then 'p2' end as product_id, 5.0 as rating, 5 as rating_scale, 'It says <b>' || i as text
  from range(110) as t(i)
  union all select 'old', timestamp '2025-01-01', 'review', 'own', 'p1', 1.0, 5, 'old'`;

/** A night without a model, in which the rules doubt one message. */
const ruled: Record<string, string> = {
  messages,
  credibility_model: `select 'refused' as status, '3 of 12 moderated reviews were judged fake: no credibility model' as reason, 12.0 as train_rows,
    3.0 as train_positives, 0.0 as validation_rows, 0.0 as validation_positives, null::varchar as validated_from`,
  feedback_credibility: `select *, null::integer as credibility_percent, null::varchar as not_judged_because,
    if(feedback_id = 'f0', 'low', 'medium') as level from messages`,
  feedback_speakers:
    "select feedback_id, 'customer' as speaker, 'a customer on file' as reason_en, 'cliente conosciuto' as reason_it from messages",
  feedback_copies: "select feedback_id, 1 as group_no from messages where false",
  reasons: `select 'credibility' as model, 'f0' as item_id, 1 as rank, 'burst' as feature, 1.5 as contribution, 'raises' as direction limit 0`,
  feature_names: "select 'burst' as feature, 'a burst' as label_en, 'una raffica' as label_it",
  fired_rules:
    "select 'f0' as feedback_id, -2 as points, 'never bought it' as label_en, 'mai comprato' as label_it",
  credibility_metrics:
    "select null::varchar as metric, null::double as value, null::double as low, null::double as high limit 0",
  credibility_deciles: `select 1.0 as decile, 0.0 as "rows", 0.0 as positives, 0.1 as mean_probability, 0.1 as rate limit 0`,
  moderation_labels: "select 'old' as feedback_id, false as is_fake, timestamp '2025-02-01' as moderated_at",
  labels_queue: "select 'no_model' as why_asked, 1 as place",
  replies_due: "select true as check_first limit 0",
};

/** A night with a model that doubts twelve reviews, all of one week, and ten of which are copies of each other. */
const modelled: Record<string, string> = {
  ...ruled,
  credibility_model: `select 'trained' as status, null::varchar as reason, 900.0 as train_rows, 180.0 as train_positives,
    300.0 as validation_rows, 31.0 as validation_positives, '2026-05-01' as validated_from`,
  feedback_credibility: `select *, if(feedback_id = 'f20', null, if(length(feedback_id) = 2 or feedback_id in ('f10', 'f11'), 20, 96)) as credibility_percent,
    if(feedback_id = 'f20', 'unlike_training', null) as not_judged_because, null::varchar as level from messages`,
  feedback_speakers: `select feedback_id, if(feedback_id = 'f0', 'troll', 'customer') as speaker, 'because' as reason_en, 'perché' as reason_it
    from messages`,
  feedback_copies: "select feedback_id, 1 as group_no from messages where length(feedback_id) = 2",
  reasons: `select 'credibility' as model, 'f0' as item_id, 1 as rank, 'burst' as feature, 1.5 as contribution, 'raises' as direction`,
  credibility_metrics: `select unnest(['auc', 'brier', 'ece', 'ece_if_calibrated', 'judged_share']) as metric, 0.2 as value, 0.1 as low, 0.15 as high`,
  credibility_deciles: `select 1.0 as decile, 30.0 as "rows", 12.0 as positives, 0.5 as mean_probability, 0.4 as rate`,
  replies_due: "select true as check_first",
};

const projects: Project[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

/** The words of the report over planted tables, in both languages. */
async function report(tables: Record<string, string>) {
  const names = Object.keys(tables);
  const project = new Project({
    "pipelines/nightly.yaml": `name: planted
params:
  as_of: { type: date, default: "2026-10-31" }
  horizon_days: { type: integer, default: 90 }
  min_group_size: { type: integer, default: 30 }
  fake_prevalence: { type: number, default: 0.08 }
stages:
${names.map((name) => `  ${name}: { sql: sql/${name}.sql }`).join("\n")}
  believing: { report: reports/credibility.md }
`,
    ...Object.fromEntries(names.map((name) => [`pipelines/sql/${name}.sql`, tables[name] ?? ""])),
    "reports/credibility.md": notebook,
  });
  projects.push(project);
  const { notices, publication } = await run(project);
  expect(notices).toEqual([]);
  const words = (locale: string) =>
    project
      .read(`reports/out/believing.${locale}.html`)
      .replace(/^[^]*?<body/, "<body")
      .replace(/<details[^]*?<\/details>|<script[^]*?<\/script>|<svg[^]*?<\/svg>/g, " ")
      .replace(/<\/?(bdi|strong|em|code)\b[^>]*>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/[\s\u00a0]+/g, " ");
  return { en: words("en"), it: words("it"), findings: publication.findings };
}

describe("the report on credibility", () => {
  let judged: Awaited<ReturnType<typeof report>>;
  beforeAll(async () => {
    judged = await report(modelled);
  }, 60_000);

  it("opens with how many messages are doubtful, where, on what, all at once, by whom", () => {
    const { en, it: italian } = judged;
    expect(en).toContain("Of 109 messages of the last 90 days 12 are doubtful");
    expect(en).toContain(
      "On which product: p1, with 12 of 49 messages, more than luck explains: 12 praise it",
    );
    expect(en).toContain("12 doubtful messages on p1 in the week up to 24 October 2026 (reviews)");
    expect(en).toContain("1 message by trolls and 0 that serve a competitor");
    expect(en).toContain("1 doubtful message stays on the list of replies due");
    expect(italian).toContain("Dei 109 messaggi degli ultimi 90 giorni 12 sono dubbi");
  });

  it("says what is thin, what the model takes for granted, and when its percentages are off", () => {
    const { en } = judged;
    expect(en).toContain("Social media: 10 messages judged, too few for a share.");
    expect(en).toContain("31 fakes are few");
    expect(en).toContain("of those labelled 20.0% are. The model takes 8.0%");
    expect(en).toContain("The percentages are off by 20.0 points on average, more than luck alone explains");
    expect(en).not.toMatch(/NaN|n\/a|null/);
  });

  it("tells levels and rules, and no percentage, where there is no model", async () => {
    const { en, it: italian, findings } = await report(ruled);
    expect(en).toContain("By rules 1 message of 110 in 90 days can hardly be believed");
    expect(en).toContain("3 of 12 moderated reviews were judged fake: no credibility model");
    expect(en).toContain("never bought it −2");
    expect(italian).toContain("Secondo le regole si può credere poco a 1 messaggio su 110");
    for (const silent of ["How far to trust", "The percentage", "By whom", "n/a", "NaN"])
      expect(en).not.toContain(silent);
    expect(JSON.stringify(findings)).toContain(
      "1 of 110 messages of the last 90 days are of low credibility",
    );
  });

  it("survives a night without a message", async () => {
    const { en } = await report({ ...ruled, messages: `${messages} limit 0` });
    expect(en).toContain("No message came in the last 90 days");
    expect(en).not.toMatch(/NaN|n\/a/);
  });
});
