import { UserError, UserErrors, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import type { Block } from "./blocks.js";
import { isCellKind, parseCell } from "./cells.js";
import { parseCondition } from "./expression.js";
import { isLocale, locales } from "./locale.js";
import { parseProse } from "./prose.js";

/** Gives the blocks of an included partial. */
export type Include = (path: string, place: Place) => Block[];

type Container = Extract<Block, { body: Block[] }>;

const containers = ["if", "else", "each", "empty", "note", "include", ...locales];

/**
 * Splits Markdown into prose, fenced cells and `:::` containers.
 *
 * Mistakes are added to `errors`, so that one reading finds them all.
 */
export function scanBlocks(text: string, start: Place, errors: UserError[], include: Include): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  const open: { container: Container; place: Place; branch: Block[] }[] = [];
  const placeOf = (index: number): Place => ({ file: start.file, line: (start.line ?? 1) + index });
  const here = () => open.at(-1)?.branch ?? blocks;
  const collect = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (error instanceof UserErrors) errors.push(...error.errors);
      else if (error instanceof UserError) errors.push(error);
      else throw error;
    }
  };

  let prose = 0;
  const flush = (end: number) => {
    const source = lines.slice(prose, end).join("\n");
    const from = placeOf(prose);
    if (source.trim() !== "")
      collect(() => here().push({ kind: "prose", tokens: parseProse(source, from, errors), place: from }));
  };

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const fence = /^(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/.exec(line);
    if (fence) {
      const [, mark = "", kind = "", name = ""] = fence;
      const end = lines.findIndex(
        (other, at) => at > index && other.trim().startsWith(mark) && other.trim() === mark,
      );
      if (isCellKind(kind)) {
        flush(index);
        if (end < 0)
          errors.push(new UserError(`this ${kind} cell has no closing ${mark}`, { place: placeOf(index) }));
        const body = lines.slice(index + 1, end < 0 ? undefined : end).join("\n");
        collect(() => here().push(parseCell(kind, name, body, placeOf(index))));
        prose = end < 0 ? lines.length : end + 1;
      }
      index = end < 0 ? lines.length : end;
      continue;
    }
    const mark = /^\s*:::\s*(\S*)\s*(.*?)\s*$/.exec(line);
    if (!mark) continue;
    flush(index);
    prose = index + 1;
    const [, word = "", rest = ""] = mark;
    const place = placeOf(index);
    if (word === "") {
      if (!open.pop()) errors.push(new UserError("`:::` closes nothing", { place }));
    } else if (word === "else") {
      const last = open.at(-1);
      if (last?.container.kind === "if" && last.branch === last.container.body)
        last.branch = last.container.otherwise;
      else errors.push(new UserError("`::: else` stands outside of `::: if`", { place }));
    } else if (word === "include") {
      collect(() => here().push(...include(rest, place)));
    } else {
      let container: Container = { kind: "note", body: [] };
      collect(() => {
        container = openContainer(word, rest, place);
        here().push(container);
      });
      open.push({ container, place, branch: container.body });
    }
  }
  flush(lines.length);
  for (const { place } of open) {
    errors.push(new UserError("this container is not closed", { place, hint: "End it with a line `:::`" }));
  }
  return blocks;
}

function openContainer(word: string, rest: string, place: Place): Container {
  if (word === "if") return { kind: "if", condition: parseCondition(rest, place), body: [], otherwise: [] };
  if (word === "empty") {
    return { kind: "if", condition: parseCondition(`not ${rest}`, place), body: [], otherwise: [] };
  }
  if (word === "each") {
    if (!/^[a-z_]\w*$/i.test(rest)) throw new UserError("`::: each` takes the name of a cell", { place });
    return { kind: "each", result: rest, body: [], place };
  }
  if (word !== "note" && !isLocale(word)) {
    throw new UserError(`unknown container \`${word}\``, { place, hint: suggest(word, containers) });
  }
  if (rest !== "") throw new UserError(`\`::: ${word}\` takes nothing more`, { place });
  return word === "note" ? { kind: "note", body: [] } : { kind: "locale", locale: word, body: [], place };
}
