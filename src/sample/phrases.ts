import { readFile } from "node:fs/promises";
import { UserError, UserErrors, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import { parseYaml } from "../yaml.js";
import { bankSchema, slots, type Shelves } from "./shelves.js";

/** Phrases by shelf, e.g. `it/delivery/negative/general`: for each template the wordings that it stands for. */
export type PhraseBank = ReadonlyMap<string, readonly (readonly string[])[]>;

/** More wordings than this from one template are a slip of the pen. */
const mostWordings = 500;

/**
 * Reads a phrase bank; docs/sample-world.md describes the format.
 *
 * @throws UserError when the file cannot be read
 * @throws UserErrors with file, line and what to do, one for every mistake: broken YAML, a shelf that is missing or
 *   unknown, an unknown slot, a bracket that does not close
 */
export async function readPhrases(file: string): Promise<PhraseBank> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UserError("Expected a phrase bank, found no readable file.", {
      place: { file },
      hint: "Name a YAML file as docs/sample-world.md describes it; data/phrases.yaml is one.",
      cause,
    });
  });
  return parsePhrases(text, file);
}

/** As `readPhrases`, for text at hand; `file` names it in errors. */
export function parsePhrases(text: string, file: string): PhraseBank {
  const { data, placeOf } = parseYaml(text, { file }, bankSchema);
  const lines = text.split("\n");
  const bank = new Map<string, string[][]>();
  const mistakes: UserError[] = [];
  for (const { path, block } of blocksIn(data)) {
    const { line = 1 } = placeOf(path);
    const first = /[|>][-+\d]*\s*$/.test(lines[line - 1] ?? "") ? line + 1 : line;
    const templates = block
      .split("\n")
      .map((template, index) => ({ template, place: { file, line: first + index } }))
      .filter(({ template }) => template.trim() !== "");
    mistakes.push(...templates.flatMap(({ template, place }) => mistakesIn(template, place)));
    bank.set(
      path.join("/"),
      templates.map(({ template }) => wordings(template)),
    );
  }
  if (mistakes.length > 0) throw new UserErrors(mistakes);
  return bank;
}

function blocksIn(
  shelf: Shelves[string],
  path: readonly string[] = [],
): { path: readonly string[]; block: string }[] {
  if (shelf === undefined) return [];
  if (typeof shelf === "string") return [{ path, block: shelf }];
  return Object.entries(shelf).flatMap(([name, inner]) => blocksIn(inner, [...path, name]));
}

const choices = /\[([^[\]]*)\]/;

function mistakesIn(template: string, place: Place): UserError[] {
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, slot = ""]) => slot)
    .filter((slot) => !slots.some((known) => known === slot))
    .map(
      (slot) =>
        new UserError(`unknown slot {${slot}} in: ${template}`, { place, hint: suggest(slot, slots) }),
    );
  if (unknown.length > 0) return unknown;
  const plain = template.replaceAll(new RegExp(choices, "g"), "").replaceAll(/\{[^{}]*\}/g, "");
  const stray = /[[\]{}|]/.exec(plain);
  if (stray) {
    const hint = "Write choices as [one|other], without brackets inside of brackets, and slots as {name}.";
    return [new UserError(`a stray ${stray[0]} in: ${template}`, { place, hint })];
  }
  const count = template
    .split(choices)
    .reduce((product, part, index) => (index % 2 === 0 ? product : product * part.split("|").length), 1);
  if (count <= mostWordings) return [];
  return [
    new UserError(`expected at most ${mostWordings} wordings of a phrase, found ${count}: ${template}`, {
      place,
      hint: "Spread its choices over several phrases.",
    }),
  ];
}

/** Every wording of a template: `[a|b] c` stands for `a c` and `b c`; `␣` for a blank at either end. */
function wordings(template: string): string[] {
  return template
    .split(choices)
    .reduce<string[]>(
      (sofar, part, index) =>
        index % 2 === 0
          ? sofar.map((start) => start + part)
          : sofar.flatMap((start) => part.split("|").map((choice) => start + choice)),
      [""],
    )
    .map((wording) => wording.replaceAll("␣", " "));
}
