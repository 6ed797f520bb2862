import { z } from "zod";
import { parseYaml } from "../yaml.js";

const text = z.string().min(1);
const counted = z.strictObject({ one: text, other: text });

const stringsSchema = z.strictObject({
  /** BCP 47 tag that Intl formats with, e.g. `en-GB`. */
  tag: text,
  page: z.strictObject({
    as_of: text,
    data_table: text,
    more_rows: counted,
    rows: counted,
    no_rows: text,
    sql: text,
    run: text,
    text_numbers: text,
    text_numbers_intro: text,
    interval: text,
    to: text,
    previous: text,
    target: text,
    reached: text,
    missed: text,
    better: text,
    worse: text,
    unchanged: text,
    within_noise: text,
    points: text,
    chart_failed: text,
    missing: text,
    yes: text,
    no: text,
    footer: text,
    mail_rest: text,
  }),
  /** Words for codes found in data and for column names. */
  terms: z.record(z.string(), text).default({}),
});

/** The words of the page around a report, in one language. */
export type Strings = z.infer<typeof stringsSchema>;

/** Reads `reports/locales/<locale>.yaml`. Throws `UserErrors` with the places of what is wrong. */
export function parseStrings(source: string, file: string): Strings {
  return parseYaml(source, { file }, stringsSchema).data;
}
