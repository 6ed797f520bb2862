import { literal } from "../../src/warehouse/engine.js";
import type { SqlFiles } from "./files.js";

/** A message, as far as it differs from one of nobody about nothing. */
export interface Message {
  id: string;
  at?: string;
  text?: string | null;
  language?: string | null;
  source?: string;
  brand?: string;
  author?: string;
  customer?: string;
  order?: string;
  product?: string;
  store?: string;
  /** Stars of five. */
  rating?: number;
  reach?: number;
  isVerified?: boolean;
}

/** A SELECT with the columns of `feedback`. */
export function feedbackOf(messages: readonly Message[]): string {
  const text = (value: string | null | undefined) => `${value == null ? "null" : literal(value)}::varchar`;
  const rows = messages.map(
    ({ at = "2026-03-01 12:00", source = "review", brand = "own", language = "it", ...message }) => `(
      ${text(message.id)}, timestamp '${at}', '${source}', ${text(brand)}, ${text(message.author)}, ${text(message.customer)},
      ${text(message.order)}, ${text(message.product)}, ${text(message.store)}, ${message.rating ?? "null"}::double,
      ${message.rating === undefined ? "null" : 5}::integer, ${text(message.text)}, ${text(language)},
      ${message.reach ?? "null"}::integer, ${message.isVerified ?? "null"}::boolean)`,
  );
  return `select * from (values ${rows.join(",")}) as t (feedback_id, occurred_at, source, brand, author_id, customer_id, order_id,
    product_id, store_id, rating, rating_scale, text, language, reach, is_verified)`;
}

/** The policies that messages are read by. */
export async function loadPolicies(files: SqlFiles): Promise<void> {
  for (const name of ["topics", "negations", "signs", "watch_lists", "detail_words"])
    await files.policy(name);
  await files.make("text", "phrases");
}

/** Reads planted messages with the pipeline's own statements, up to the phrases of the policies that they use. */
export async function readMessages(
  files: SqlFiles,
  messages: readonly Message[],
  asOf: string,
): Promise<void> {
  await files.session.execute(`create or replace table feedback as ${feedbackOf(messages)}`);
  await files.make("text", "feedback_texts", { as_of: asOf });
  await files.make("text", "feedback_sentences");
  await files.make("text", "sentence_phrases");
}
