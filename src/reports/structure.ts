import { UserError } from "../errors.js";
import type { Block } from "./blocks.js";
import { locales, type Locale } from "./locale.js";
import { hasWords } from "./prose.js";

/**
 * Mistakes in how blocks stand together: words outside of a language, a language without the others beside it, cells
 * where they cannot be.
 */
export function structureErrors(blocks: readonly Block[]): UserError[] {
  return check(blocks, { locale: undefined, proseOnly: undefined });
}

interface Surroundings {
  locale: Locale | undefined;
  /** The container that takes no cells. */
  proseOnly: string | undefined;
}

function check(blocks: readonly Block[], around: Surroundings): UserError[] {
  const own = blocks.flatMap((block): UserError[] => {
    switch (block.kind) {
      case "prose":
        return around.locale ? [] : untranslated(block);
      case "if":
        return [...check(block.body, around), ...check(block.otherwise, around)];
      case "each":
      case "note":
        return check(block.body, { ...around, proseOnly: `::: ${block.kind}` });
      case "locale":
        if (around.locale) return [new UserError("a language inside of a language", { place: block.place })];
        return check(block.body, { locale: block.locale, proseOnly: `::: ${block.locale}` });
      default:
        if (!around.proseOnly) return [];
        return [new UserError(`\`${around.proseOnly}\` holds text, not cells`, { place: block.place })];
    }
  });
  return [...own, ...missingLanguages(blocks)];
}

function untranslated({ tokens, place }: Extract<Block, { kind: "prose" }>): UserError[] {
  const first = tokens.find((token) => hasWords([token]));
  if (!first) return [];
  const line = (place.line ?? 1) + (first.map?.[0] ?? 0);
  const error = new UserError("these words stand outside of a language", {
    place: { ...place, line },
    hint: `Put them between \`::: ${locales[0]}\` and \`:::\`, with a block for every other language beside it`,
  });
  return [error];
}

/** Blocks of languages that follow one another must give every language equally often. */
function missingLanguages(blocks: readonly Block[]): UserError[] {
  const errors: UserError[] = [];
  let group: Extract<Block, { kind: "locale" }>[] = [];
  for (const block of [...blocks, undefined]) {
    if (block?.kind === "locale") {
      group.push(block);
      continue;
    }
    const [first] = group;
    const counts = locales.map((locale) => group.filter((other) => other.locale === locale).length);
    const most = Math.max(...counts);
    const missing = locales.filter((_, index) => counts[index] !== most);
    if (first && missing.length > 0) {
      errors.push(
        new UserError(`missing translation: ${missing.map((locale) => `\`::: ${locale}\``).join(", ")}`, {
          place: first.place,
          hint: "Blocks of all languages stand one after the other",
        }),
      );
    }
    group = [];
  }
  return errors;
}
