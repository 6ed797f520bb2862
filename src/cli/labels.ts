import { Command, Option } from "commander";
import { createReadStream } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../errors.js";
import { wholeNumber } from "./numbers.js";
import { openPublished, openStore, withStoreOptions, type StoreOptions } from "./store-options.js";

interface QueueOptions extends StoreOptions {
  limit: number;
  format: "csv" | "json";
  output?: string;
}

export function labelsCommand(): Command {
  return new Command("labels")
    .description("Work on what people say about feedback, from which models learn.")
    .addCommand(queueCommand())
    .addHelpText(
      "after",
      `
Examples:
  $ ancora labels queue --output labels-2026-11.csv
`,
    );
}

function queueCommand(): Command {
  return withStoreOptions(new Command("queue"))
    .description(
      "Write the feedback whose labelling would teach the credibility model most, for moderators to fill in\n" +
        "moderation_label (genuine or fake) and labelled_at (2026-11-02). Put the file into the data folder as\n" +
        "labels*.csv: the next training learns from it.",
    )
    .option("-n, --limit <n>", "how many to ask about, 1000 at most", wholeNumber("--limit"), 50)
    .addOption(
      new Option("-f, --format <format>", "how to write them").choices(["csv", "json"]).default("csv"),
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addHelpText(
      "after",
      `
Examples:
  $ ancora labels queue --output labels-2026-11.csv
  $ ancora labels queue --limit 200 --format json
`,
    )
    .action(writeQueue);
}

/** What is asked, and of how many: `pipelines/sql/marts/labels_queue.sql`. */
const queue = "labels_queue";

async function writeQueue(options: QueueOptions): Promise<void> {
  const { copyDurably } = await import("../warehouse/durable.js");
  const { openPublication } = await import("../warehouse/publication.js");
  const { spreadsheetColumns } = await import("../warehouse/spreadsheet.js");
  const store = openStore(options);
  const publication = await openPublished(store);
  if (!(queue in publication.tables)) {
    throw new UserError(`${store.folder}: expected a published table ${queue}, found none`, {
      hint: `Add ${queue}: { sql: sql/marts/${queue}.sql } to the pipeline, and run it.`,
    });
  }
  const format = options.json ? "json" : options.format;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "ancora-labels-")));
  const engine = await openPublication(store, publication, { otherFolder: folder });
  const session = await engine.connect();
  try {
    const columns = format === "csv" ? await spreadsheetColumns(session, queue) : "*";
    const file = join(folder, `queue.${format}`);
    const asked = `from ${queue} where place <= ${options.limit}`;
    await session.copy(
      `select * exclude (place) from (select ${columns} ${asked}) order by place`,
      file,
      format,
    );
    if (options.output === undefined) await pipeline(createReadStream(file), process.stdout, { end: false });
    else await copyDurably(file, resolve(options.output));
  } finally {
    session.close();
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}
