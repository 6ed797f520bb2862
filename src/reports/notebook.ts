import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError, UserErrors, type Place } from "../errors.js";
import { parseYaml } from "../yaml.js";
import { descend, type Block, type LocalizedTemplate, type QueryCell } from "./blocks.js";
import { localizedTemplate, localizedText, optionalTemplate } from "./localized.js";
import { locales } from "./locale.js";
import { scanBlocks } from "./scan.js";
import { structureErrors } from "./structure.js";

/** A report as a person wrote it: one file for every language. */
export interface Notebook {
  file: string;
  title: LocalizedTemplate;
  description: LocalizedTemplate | undefined;
  /** What was found, a line each: for those who do not open the page. */
  findings: LocalizedTemplate[];
  /** Defaults of the values that its SQL binds as `$name` and its text reads as `params.name`. */
  params: Record<string, string | number | boolean>;
  /** Words for codes found in data, by code, beyond those of the locale files. */
  terms: Record<string, Record<(typeof locales)[number], string>>;
  blocks: Block[];
  /** The notebook and the partials it includes: what its fingerprint must cover. */
  files: string[];
}

const frontMatterSchema = z.strictObject({
  title: localizedText,
  description: localizedText.optional(),
  findings: z.array(localizedText).default([]),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  terms: z.record(z.string(), localizedText).default({}),
});

/**
 * Parses a notebook: YAML front matter, then Markdown with cells and containers (`docs/notebooks.md`).
 *
 * `read` gives the text of an included partial. Throws `UserErrors` with file and line of each mistake.
 */
export function parseNotebook(
  text: string,
  file: string,
  read: (file: string) => string = readText,
): Notebook {
  const { yaml, body, bodyLine } = splitFrontMatter(text, file);
  const front = parseYaml(yaml, { file, line: 2 }, frontMatterSchema);
  const { title, description, findings, params, terms } = front.data;
  const errors: UserError[] = [];
  const files = [file];
  const include = (path: string, place: Place, parents: readonly string[]): Block[] => {
    const partial = join(dirname(place.file), path);
    if (parents.includes(partial)) throw new UserError(`${partial} includes itself`, { place });
    if (!files.includes(partial)) files.push(partial);
    return scanBlocks(readPartial(partial, place, read), { file: partial, line: 1 }, errors, (inner, at) =>
      include(inner, at, [...parents, partial]),
    );
  };
  const blocks = scanBlocks(body, { file, line: bodyLine }, errors, (path, place) =>
    include(path, place, [file]),
  );
  errors.push(...duplicateNames(blocks), ...structureErrors(blocks));
  if (errors.length > 0) throw new UserErrors(errors);
  return {
    file,
    title: localizedTemplate(title, front, ["title"]),
    description: optionalTemplate(description, front, ["description"]),
    findings: findings.map((finding, index) => localizedTemplate(finding, front, ["findings", index])),
    params,
    terms,
    blocks,
    files,
  };
}

/** The notebook's SQL cells in the order they stand. */
export function notebookQueries(notebook: Notebook): QueryCell[] {
  return [...descend(notebook.blocks)].filter((block) => block.kind === "sql");
}

function splitFrontMatter(text: string, file: string): { yaml: string; body: string; bodyLine: number } {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end < 0) {
    throw new UserError("a notebook begins with front matter between two lines of `---`", {
      place: { file, line: 1 },
      hint: `Write at least: title: { ${locales.map((locale) => `${locale}: …`).join(", ")} }`,
    });
  }
  return {
    yaml: lines.slice(1, end).join("\n"),
    body: lines.slice(end + 1).join("\n"),
    bodyLine: end + 2,
  };
}

function duplicateNames(blocks: readonly Block[]): UserError[] {
  const seen = new Map<string, QueryCell>();
  const errors: UserError[] = [];
  for (const block of descend(blocks)) {
    if (block.kind !== "sql") continue;
    const earlier = seen.get(block.name);
    if (earlier) {
      errors.push(
        new UserError(`a second cell is named \`${block.name}\``, {
          place: block.place,
          hint: `The first is at ${earlier.place.file}:${earlier.place.line}`,
        }),
      );
    }
    seen.set(block.name, block);
  }
  return errors;
}

function readPartial(file: string, place: Place, read: (file: string) => string): string {
  try {
    return read(file);
  } catch (cause) {
    throw new UserError(`cannot read the partial ${file}`, { place, cause });
  }
}

const readText = (file: string): string => readFileSync(file, "utf8");
