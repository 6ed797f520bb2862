import { createReadStream, createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { exitCodes, UserError } from "../errors.js";
import type { CsvDialect } from "./contract.js";
import { isErrno } from "./durable.js";

/**
 * The column names in a CSV file's first record. Reads no more of the file than that.
 *
 * @param label the file's name for people
 */
export async function csvHeader(file: string, label: string, dialect: CsvDialect): Promise<string[]> {
  const broken = (found: string, hint: string) =>
    new UserError(`expected a header line with the names of the columns, found ${found}`, {
      exitCode: exitCodes.contractBroken,
      place: { file: label, line: 1 },
      hint,
    });
  const text = await beginning(file, label, dialect);
  if (text.trim() === "") {
    throw broken("an empty file", "Deliver the file again, or take it out of the folder.");
  }
  const names = firstRecord(text, dialect);
  if (!names)
    throw broken(
      `a quote ${dialect.quote} that is not closed`,
      "Close the quote, or name the quote in the contract's csv.",
    );
  if (names.some((name) => /[\0\uFFFD]/.test(name))) {
    throw broken(
      `bytes that are not ${dialect.encoding}`,
      "Name the file's encoding in the contract, e.g. csv: { encoding: windows-1252 }.",
    );
  }
  return names;
}

/** A file's text, with a line end at its end, up to where its header ends at the latest. */
async function beginning(file: string, label: string, dialect: CsvDialect): Promise<string> {
  const decoder = new TextDecoder(dialect.encoding);
  let text = "";
  await readContent(file, label, (bytes) => {
    text += decoder.decode(bytes, { stream: true });
    return text.length < maximalHeader && !firstRecord(text, dialect);
  });
  return `${text}\n`;
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

/**
 * Reads a file, unpacked where it is packed, until `take` returns false.
 *
 * @throws UserError when a packed file is damaged
 */
async function readContent(file: string, label: string, take: (bytes: Buffer) => boolean): Promise<void> {
  try {
    for await (const bytes of contentOf(file)) if (!take(bytes as Buffer)) break;
  } catch (error) {
    throw damaged(error, label);
  }
}

function contentOf(file: string): Readable {
  const bytes = createReadStream(file);
  if (!/\.gz$/i.test(file)) return bytes;
  const unpacked = createGunzip();
  bytes.on("error", (error) => unpacked.destroy(error));
  unpacked.on("close", () => bytes.destroy());
  return bytes.pipe(unpacked);
}

function damaged(error: unknown, label: string): unknown {
  if (!isErrno(error, "Z_BUF_ERROR", "Z_DATA_ERROR")) return error;
  return new UserError("expected a file packed with gzip, found a damaged one", {
    exitCode: exitCodes.contractBroken,
    place: { file: label },
    hint: "Deliver the file again: it may have been cut off.",
    cause: error,
  });
}

/** Whether the engine can read the file as it is: it knows UTF-8 with one kind of line end. */
export async function needsRewriting(file: string, label: string, dialect: CsvDialect): Promise<boolean> {
  if (dialect.encoding !== "utf-8") return true;
  let unixLines = 0;
  let dosLines = 0;
  let last = 0;
  await readContent(file, label, (bytes) => {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
      if ((at > 0 ? bytes[at - 1] : last) === 13) dosLines++;
      else unixLines++;
    }
    last = bytes[bytes.length - 1] ?? 0;
    return unixLines === 0 || dosLines === 0;
  });
  return unixLines > 0 && dosLines > 0;
}

/** Copies a CSV file into `folder` as UTF-8 with `\n` line ends and returns the copy's path. */
export async function rewriteCsv(
  file: string,
  label: string,
  dialect: CsvDialect,
  folder: string,
): Promise<string> {
  const copy = join(folder, `${basename(file).replace(/\.gz$/i, "")}.utf8.csv`);
  // Bytes that are no UTF-8 must reach the engine as they are: it reports them.
  const inner = dialect.encoding === "utf-8" ? "latin1" : "utf8";
  const decode = decoderOf(dialect);
  let carriageReturn = "";
  const recode = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const text = carriageReturn + decode(bytes);
      carriageReturn = text.endsWith("\r") ? "\r" : "";
      const lines = text.slice(0, text.length - carriageReturn.length).replaceAll("\r\n", "\n");
      done(null, Buffer.from(lines, inner));
    },
    flush(done) {
      done(null, Buffer.from(carriageReturn + decode(), inner));
    },
  });
  await pipeline(contentOf(file), recode, createWriteStream(copy)).catch((error: unknown) => {
    throw damaged(error, label);
  });
  return copy;
}

function decoderOf({ encoding }: CsvDialect): (bytes?: Buffer) => string {
  if (encoding === "utf-8") return (bytes) => bytes?.toString("latin1") ?? "";
  const decoder = new TextDecoder(encoding);
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
}
