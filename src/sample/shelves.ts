import { z } from "zod";

export const languages = ["it", "en"] as const;

export const topics = [
  "delivery",
  "billing",
  "product_quality",
  "queue",
  "refund",
  "app",
  "smell",
  "staff",
  "price",
  "store",
  "assortment",
  "website",
  "packaging",
  "support",
] as const;

/** What may stand in braces: see `text.ts` for what takes its place. */
export const slots = [
  "product",
  "the_product",
  "of_product",
  "o",
  "it",
  "store",
  "carrier",
  "days",
  "minutes",
  "amount",
  "day",
  "order",
  "name",
  "o_name",
  "rival",
  "brand",
  "w",
  "w_e",
] as const;

export type Slot = (typeof slots)[number];

/** A place for phrases of one kind, e.g. `it/delivery/negative/general`. */
export interface Shelf {
  path: readonly string[];
  /** Whether every bank must have it; where others are absent, something plainer is said. */
  isRequired: boolean;
}

/** Every shelf that a phrase bank may have. Nobody praises a smell. */
export const shelves: readonly Shelf[] = languages.flatMap((language) => [
  ...topics.flatMap((topic) =>
    (topic === "smell" ? ["negative"] : ["negative", "positive"]).flatMap((tone) =>
      ["general", "specific"].map((detail) => shelf(true, language, topic, tone, detail)),
    ),
  ),
  ...[
    "opening/letter",
    "opening/voice",
    "opening/plain",
    "closing/letter",
    "closing/positive",
    "closing/negative",
    "joiner/same",
    "joiner/but",
    "aside",
    "leaving",
    "hype",
    "smear",
    "troll",
    "rival/positive",
    "rival/negative",
  ].map((path) => shelf(true, language, ...path.split("/"))),
  shelf(false, language, "recommending"),
  ...topics.flatMap((topic) => [
    shelf(false, language, "sarcasm", topic),
    ...["general", "specific"].flatMap((detail) => [
      shelf(false, language, "question", topic, detail),
      shelf(false, language, "competitor", topic, detail),
      shelf(false, language, "employee", topic, "negative", detail),
      shelf(false, language, "employee", topic, "positive", detail),
    ]),
  ]),
]);

function shelf(isRequired: boolean, ...path: string[]): Shelf {
  return { path, isRequired };
}

/** Shelves within shelves, down to blocks of text. */
export interface Shelves {
  [name: string]: string | Shelves | undefined;
}

const block = z
  .string({ error: "expected a block of phrases, one a line" })
  .refine((text) => text.trim() !== "", { error: "expected at least one phrase" });

/** What a bank must look like in YAML: a mapping for each part of the shelves' paths. */
export const bankSchema = schemaOf(shelves);

function schemaOf(inside: readonly Shelf[]): z.ZodType<Shelves> {
  const fields: Record<string, z.ZodType<Shelves[string]>> = {};
  for (const name of new Set(inside.map(({ path }) => path[0] ?? ""))) {
    const within = inside
      .filter(({ path }) => path[0] === name)
      .map(({ path, isRequired }) => ({ path: path.slice(1), isRequired }));
    const schema = within.some(({ path }) => path.length === 0) ? block : schemaOf(within);
    fields[name] = within.some(({ isRequired }) => isRequired) ? schema : schema.optional();
  }
  return z.strictObject(fields);
}
