import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { currentPublication } from "../../src/warehouse/publication.js";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { ask, run, storeOf } from "../support/run.js";

const header = "order_id,ordered_at,amount\n";

/** A project with one load, of the files `data/orders*.csv`. */
function orders(
  files: Record<string, string | Uint8Array>,
  { rules = "", options = "" }: { rules?: string; options?: string } = {},
): Project {
  return testProject({
    "pipelines/nightly.yaml": `name: shop\nstages:\n  orders: { load: data/orders*, contract: orders.yaml${options} }\n`,
    "pipelines/orders.yaml": `key: [order_id]
event_at: ordered_at
${rules}
columns:
  order_id: { type: varchar, required: true }
  ordered_at: { type: timestamp, required: true }
  amount: { type: "decimal(12,2)", required: true }
`,
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`data/${name}`, content])),
  });
}

const all = "select * from orders order by order_id";

describe("load", () => {
  it("reads all files of a pattern into one table and lists them with their hashes", async () => {
    const project = orders(
      {
        "orders-1.csv": `${header}o1,2026-03-01,1\n`,
        "orders-2.csv": `${header}o2,2026-03-02,2\no3,2026-03-02,x\n`,
      },
      { rules: "max_quarantined: 0.5" },
    );
    const { manifest } = await run(project);
    expect(await ask(project, "select order_id from orders order by all")).toEqual([
      { order_id: "o1" },
      { order_id: "o2" },
    ]);
    expect(manifest.inputs).toMatchObject([
      { table: "orders", file: "data/orders-1.csv", rows: 1, quarantined: 0 },
      { table: "orders", file: "data/orders-2.csv", rows: 1, quarantined: 1 },
    ]);
    expect(
      await ask(project, "select file, rows, quarantined, sha256 from input_files order by file"),
    ).toEqual(
      manifest.inputs.map(({ file, rows, quarantined, sha256 }) => ({ file, rows, quarantined, sha256 })),
    );
    expect(await ask(project, "select * from quarantine")).toEqual([
      {
        table_name: "orders",
        file: "data/orders-2.csv",
        record: 2,
        column_name: "amount",
        value: "x",
        reason: "expected decimal(12,2)",
      },
    ]);
  });

  it("takes the names of files as they are, whatever signs of patterns they hold", async () => {
    const project = orders({
      "orders1.csv": `${header}o1,2026-03-01,1\n`,
      "orders[1].csv": `${header}o2,2026-03-01,2\n`,
    });
    await run(project);
    expect(await ask(project, "select order_id from orders order by all")).toEqual([
      { order_id: "o1" },
      { order_id: "o2" },
    ]);
  });

  it("takes the folder that a parameter names as it is", async () => {
    const project = orders({ "of March (2)/orders.csv": `${header}o1,2026-03-01,1\n` });
    project.replace(
      "pipelines/nightly.yaml",
      "stages:\n  orders: { load: data/orders*",
      "params: { from: { type: string, default: data } }\nstages:\n  orders: { load: $from/orders*",
    );
    await run(project, "from=data/of March (2)");
    expect(await ask(project, all)).toHaveLength(1);
  });

  it("reads the same file under two names once, and says so", async () => {
    const text = `${header}o1,2026-03-01,1\n`;
    const project = orders({ "orders-1.csv": text, "orders-copy.csv": text });
    const { notices } = await run(project);
    expect(await ask(project, "select count(*) as n from orders")).toEqual([{ n: 1 }]);
    expect(notices).toContain("data/orders-copy.csv is the same file as data/orders-1.csv: read once");
  });

  it("replaces a file's rows by those of its correction", async () => {
    const project = orders({
      "orders-1.csv": `${header}o1,2026-03-01,1\n`,
      "orders-2.csv": `${header}o2,2026-03-02,2\n`,
    });
    await run(project);
    project.write("data/orders-1.csv", `${header}o1,2026-03-01,10\n`);
    const { notices } = await run(project);
    expect(await ask(project, "select order_id, amount from orders order by all")).toEqual([
      { order_id: "o1", amount: 10 },
      { order_id: "o2", amount: 2 },
    ]);
    expect(notices).toEqual([]);
  });

  it("reads only what is new: the parts of earlier files stay as they are", async () => {
    const project = orders({ "orders-1.csv": `${header}o1,2026-03-01,1\n` });
    await run(project);
    const [before] = (await currentPublication(storeOf(project)))?.tables.orders?.files ?? [];
    project.write("data/orders-2.csv", `${header}o2,2026-03-02,2\n`);
    await run(project);
    const after = (await currentPublication(storeOf(project)))?.tables.orders?.files ?? [];
    expect(after).toHaveLength(2);
    expect(after[0]).toBe(before);
  });

  it("tells of files that are gone, and takes their rows away", async () => {
    const project = orders({
      "orders-1.csv": `${header}o1,2026-03-01,1\n`,
      "orders-2.csv": `${header}o2,2026-03-02,2\n`,
    });
    await run(project);
    project.remove("data/orders-1.csv");
    const { notices } = await run(project);
    expect(notices).toEqual([
      "orders: data/orders-1.csv of the last publication is gone, and the rows with it",
    ]);
    expect(await ask(project, "select order_id from orders")).toEqual([{ order_id: "o2" }]);
  });

  it("names the columns that it leaves out", async () => {
    const project = orders({ "orders-1.csv": "order_id,ordered_at,colour,amount\no1,2026-03-01,red,1\n" });
    const { notices } = await run(project);
    expect(notices).toEqual([
      "data/orders-1.csv: columns that the contract does not name are left out: colour",
    ]);
  });
});

describe("a key that stands in several files", () => {
  const files = {
    "orders-1.csv": `${header}o1,2026-03-01,1\no2,2026-03-01,2\n`,
    "orders-2.csv": `${header}bad,2026-03-02,x\no3,2026-03-02,3\nbad,2026-03-02,x\no1,2026-03-02,9\n`,
  };

  it("keeps the first file's row and sends the others to quarantine with their record", async () => {
    const project = orders(files, { rules: "max_quarantined: 0.9" });
    const { manifest } = await run(project);
    expect(await ask(project, "select order_id, amount from orders order by all")).toEqual([
      { order_id: "o1", amount: 1 },
      { order_id: "o2", amount: 2 },
      { order_id: "o3", amount: 3 },
    ]);
    expect(await ask(project, "select * from quarantine where column_name = 'order_id'")).toEqual([
      {
        table_name: "orders",
        file: "data/orders-2.csv",
        record: 4,
        column_name: "order_id",
        value: "o1",
        reason: "expected a unique key, found it in data/orders-1.csv too",
      },
    ]);
    expect(manifest.inputs).toMatchObject([
      { rows: 2, quarantined: 0 },
      { rows: 1, quarantined: 3 },
    ]);
  });

  it("keeps the last file's row where the contract lets the latest win", async () => {
    const project = orders(files, { rules: "max_quarantined: 0.9\nduplicates: latest" });
    const { manifest } = await run(project);
    expect(await ask(project, "select order_id, amount from orders order by all")).toEqual([
      { order_id: "o1", amount: 9 },
      { order_id: "o2", amount: 2 },
      { order_id: "o3", amount: 3 },
    ]);
    expect(await ask(project, "select count(*) as n from quarantine where column_name = 'order_id'")).toEqual(
      [{ n: 0 }],
    );
    expect(manifest.inputs).toMatchObject([
      { rows: 1, quarantined: 0 },
      { rows: 2, quarantined: 2 },
    ]);
  });
});

describe("the contract's threshold", () => {
  const bad = `${header}o1,2026-03-01,1\no2,2026-03-01,2\no3,2026-03-01,x\no4,2026-03-01,y\no5,,5\n`;

  it("stops the run with exit code 3 and the most frequent reasons; the last publication stands", async () => {
    const project = orders({ "orders-1.csv": `${header}o1,2026-03-01,1\n` });
    const { publication } = await run(project);
    project.write("data/orders-2.csv", bad);
    const error = await mistake(run(project));
    expect(error.exitCode).toBe(exitCodes.contractBroken);
    expect(error.message).toContain(
      "orders: 4 of 6 records (66.7%) break the contract, more than the 1% allowed",
    );
    expect(error.message).toContain(
      "orders.amount: expected decimal(12,2) (2 times; first in data/orders-2.csv, record 3, 'x')",
    );
    expect(error.hint).toContain("Nothing was published");
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
    expect(await ask(project, all)).toHaveLength(1);
  });

  it("quotes no personal data", async () => {
    const project = orders({ "orders-1.csv": `${header}o1,2026-03-01,secret\no2,2026-03-01,1,secret\n` });
    project.replace(
      "pipelines/orders.yaml",
      'type: "decimal(12,2)",',
      'type: "decimal(12,2)", personal: true,',
    );
    const { message } = await mistake(run(project));
    expect(message).toContain(
      "orders.amount: expected decimal(12,2) (1 times; first in data/orders-1.csv, record 1)",
    );
    expect(message).not.toContain("secret");
  });

  it("lets the share pass that it allows, that share included", async () => {
    const project = orders({ "orders-1.csv": bad }, { rules: "max_quarantined: 0.6" });
    await run(project);
    expect(await ask(project, all)).toHaveLength(2);
  });

  it("counts a file that is not one of text at all", async () => {
    const project = orders({ "orders-1.csv": `${header}\u0000\u0001\u0002\n\u0003,\u0004\n` });
    expect((await mistake(run(project))).exitCode).toBe(exitCodes.contractBroken);
  });
});

describe("no file", () => {
  it("is a mistake that names the pattern and its place", async () => {
    const project = orders({});
    const error = await mistake(run(project));
    expect(error.message).toBe("orders: expected files for data/orders*, found none");
    expect(error.place).toMatchObject({ line: 3 });
    expect(error.place?.file).toContain("nightly.yaml");
  });

  it("makes an empty table of the contract's columns where the stage is optional", async () => {
    const project = orders({}, { options: ", optional: true" });
    await run(project);
    expect(await ask(project, "describe orders")).toMatchObject([
      { column_name: "order_id", column_type: "VARCHAR" },
      { column_name: "ordered_at", column_type: "TIMESTAMP" },
      { column_name: "amount", column_type: "DECIMAL(12,2)" },
    ]);
    expect(await ask(project, all)).toEqual([]);
  });
});
