import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UserError, type Place } from "../errors.js";
import { parseYaml } from "../yaml.js";

/** Phrases by shelf, e.g. `it/delivery/negative/general`: for each template the wordings that it stands for. */
export type PhraseBank = ReadonlyMap<string, readonly (readonly string[])[]>;

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

const shelvesOfAll = [
  "leaving",
  "hype",
  "smear",
  "troll",
  "opening/letter",
  "opening/voice",
  "opening/plain",
  "closing/letter",
  "closing/positive",
  "closing/negative",
  "joiner/same",
  "joiner/but",
  "aside",
  "rival/positive",
  "rival/negative",
];

interface Shelves {
  [name: string]: string | Shelves;
}

const shelvesSchema: z.ZodType<Shelves> = z.record(
  z.string(),
  z.union([z.string(), z.lazy(() => shelvesSchema)]),
);

/** More wordings than this from one template are a slip of the pen. */
const mostWordings = 500;

/**
 * Reads a phrase bank.
 *
 * @throws UserError with file and line when the YAML is broken, a slot is unknown, or a shelf is missing.
 */
export async function readPhrases(file: string): Promise<PhraseBank> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UserError(`Expected a phrase bank, found no readable file.`, { place: { file }, cause });
  });
  return parsePhrases(text, file);
}

/** As `readPhrases`, for text at hand; `file` names it in errors. */
export function parsePhrases(text: string, file: string): PhraseBank {
  const { data, placeOf } = parseYaml(text, { file }, shelvesSchema);
  const bank = new Map<string, string[][]>();
  for (const { path, phrases } of shelvesIn(data)) {
    const { line = 1 } = placeOf(path);
    bank.set(
      path.join("/"),
      phrases.map((phrase, index) => wordings(phrase, { file, line: line + 1 + index })),
    );
  }
  const missing = requiredShelves().filter((shelf) => !bank.has(shelf));
  if (missing.length > 0) {
    throw new UserError(`Expected phrases under ${missing.slice(0, 5).join(", ")}; found none.`, {
      place: { file },
      hint: "The shelves that a phrase bank must have are listed in docs/sample-world.md.",
    });
  }
  return bank;
}

function shelvesIn(
  shelf: string | Shelves,
  path: readonly string[] = [],
): { path: readonly string[]; phrases: string[] }[] {
  if (typeof shelf === "string") {
    return [{ path, phrases: shelf.split("\n").filter((line) => line.trim() !== "") }];
  }
  return Object.entries(shelf).flatMap(([name, inner]) => shelvesIn(inner, [...path, name]));
}

/** Every wording of a template: `[a|b] c` stands for `a c` and `b c`; `␣` for a blank at either end. */
function wordings(template: string, place: Place): string[] {
  const parts = template.split(/\[([^\]]*)\]/);
  const expanded = parts.reduce<string[]>(
    (sofar, part, index) =>
      index % 2 === 0
        ? sofar.map((start) => start + part)
        : sofar.flatMap((start) => part.split("|").map((choice) => start + choice)),
    [""],
  );
  if (expanded.length > mostWordings) {
    throw new UserError(
      `Expected at most ${mostWordings} wordings of a phrase, found ${expanded.length}: ${template}`,
      {
        place,
      },
    );
  }
  for (const [, slot = ""] of template.matchAll(/\{([^}]*)\}/g)) {
    if (!slots.some((known) => known === slot)) {
      throw new UserError(`Expected one of the slots ${slots.join(", ")}; found {${slot}} in: ${template}`, {
        place,
      });
    }
  }
  return expanded.map((wording) => wording.replaceAll("␣", " "));
}

function requiredShelves(): string[] {
  const bodies = topics.flatMap((topic) =>
    (topic === "smell" ? ["negative"] : ["negative", "positive"]).flatMap((tone) =>
      ["general", "specific"].map((detail) => `${topic}/${tone}/${detail}`),
    ),
  );
  return languages.flatMap((language) => [...bodies, ...shelvesOfAll].map((shelf) => `${language}/${shelf}`));
}
