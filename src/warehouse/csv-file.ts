import { createReadStream, createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { exitCodes, UserError } from "../errors.js";
import type { CsvDialect } from "./contract.js";

/**
 * The column names in a CSV file's first record. Reads no more of the file than that.
 *
 * @param label the file's name for people
 */
export async function csvHeader(file: string, label: string, dialect: CsvDialect): Promise<string[]> {
  const decoder = new TextDecoder(dialect.encoding);
  let text = "";
  for await (const bytes of contentOf(file)) {
    text += decoder.decode(bytes as Buffer, { stream: true });
    const names = firstRecord(text, dialect);
    if (names) return names;
    if (text.length > maximalHeader) break;
  }
  const names = firstRecord(`${text}\n`, dialect);
  if (!names || names.every((name) => name.trim() === "")) {
    throw new UserError("expected a header line with the names of the columns, found an empty file", {
      exitCode: exitCodes.contractBroken,
      place: { file: label, line: 1 },
      hint: "Deliver the file again, or take it out of the folder.",
    });
  }
  return names;
}

const maximalHeader = 1_000_000;

function firstRecord(text: string, { delimiter, quote }: CsvDialect): string[] | undefined {
  const names: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (quoted) {
      if (character !== quote) field += character;
      else if (text[index + 1] === quote) field += text[++index] ?? "";
      else quoted = false;
    } else if (character === quote) {
      quoted = true;
    } else if (character === delimiter) {
      names.push(field);
      field = "";
    } else if (character === "\n" || character === "\r") {
      return [...names, field].map((name) => name.trim());
    } else {
      field += character;
    }
  }
  return undefined;
}

function contentOf(file: string): Readable {
  const bytes = createReadStream(file);
  return file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
}

/** Whether the engine can read the file as it is: it knows UTF-8 with one kind of line end. */
export async function needsRewriting(file: string, dialect: CsvDialect): Promise<boolean> {
  if (dialect.encoding !== "utf-8") return true;
  let unixLines = 0;
  let dosLines = 0;
  let last = 0;
  for await (const bytes of contentOf(file)) {
    const buffer = bytes as Buffer;
    for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, at + 1)) {
      if ((at > 0 ? buffer[at - 1] : last) === 13) dosLines++;
      else unixLines++;
    }
    last = buffer[buffer.length - 1] ?? 0;
    if (unixLines > 0 && dosLines > 0) return true;
  }
  return false;
}

/** Copies a CSV file into `folder` as UTF-8 with `\n` line ends and returns the copy's path. */
export async function rewriteCsv(file: string, dialect: CsvDialect, folder: string): Promise<string> {
  const copy = join(folder, `${basename(file).replace(/\.gz$/, "")}.utf8.csv`);
  const decoder = new TextDecoder(dialect.encoding);
  let carriageReturn = "";
  const recode = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const text = carriageReturn + decoder.decode(bytes, { stream: true });
      carriageReturn = text.endsWith("\r") ? "\r" : "";
      done(null, text.slice(0, text.length - carriageReturn.length).replaceAll("\r\n", "\n"));
    },
    flush(done) {
      done(null, carriageReturn + decoder.decode());
    },
  });
  await pipeline(contentOf(file), recode, createWriteStream(copy));
  return copy;
}
