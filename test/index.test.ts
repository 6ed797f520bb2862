import { tableFromIPC } from "apache-arrow";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openWarehouse } from "../src/index.js";
import { openPipeline } from "../src/pipeline/open.js";
import { runPipeline } from "../src/pipeline/run.js";
import { mkdir, writeFile } from "node:fs/promises";
import { compute } from "./support/run.js";

describe("openWarehouse", () => {
  it("gives published tables as Arrow, as a matrix and as a danfo.js frame", async () => {
    const project = await mkdtemp(join(tmpdir(), "ancora-api-"));
    await mkdir(join(project, "pipelines"));
    await writeFile(
      join(project, "pipelines", "p.yaml"),
      "name: p\nstages:\n  numbers: { sql: numbers.sql }\n",
    );
    await writeFile(
      join(project, "pipelines", "numbers.sql"),
      "select i, nullif(i, 1) / 2 as half, 'n' || i as name from range(3) as r(i) order by i",
    );
    await runPipeline(await openPipeline(join(project, "pipelines", "p.yaml")));

    const warehouse = await openWarehouse(join(project, "data", "store"));
    expect(warehouse.tables).toContain("numbers");
    expect((await warehouse.arrow("select name from numbers order by i")).toArray().map(String)).toEqual([
      '{"name": "n0"}',
      '{"name": "n1"}',
      '{"name": "n2"}',
    ]);
    const { n, d, data } = await warehouse.matrix("select i, half from numbers order by i");
    expect([n, d, [...data]]).toEqual([3, 2, [0, 0, 1, NaN, 2, 1]]);
    const frame = await warehouse.dataFrame("select * from numbers order by i");
    expect(frame.shape).toEqual([3, 3]);
    expect(frame.column("half").values).toEqual([0, NaN, 1]);

    const parquet = join(project, "numbers.parquet");
    expect(await warehouse.write("select * from numbers", parquet)).toBe(3);
    expect(await compute(`select sum(i) as sum from read_parquet('${parquet}')`)).toEqual([{ sum: 3 }]);
    const arrow = join(project, "numbers.arrow");
    expect(await warehouse.write("select name from numbers order by i", arrow)).toBe(3);
    expect(
      tableFromIPC(await readFile(arrow))
        .toArray()
        .map(String),
    ).toHaveLength(3);
    await expect(warehouse.write("select 1", join(project, "numbers.xls"))).rejects.toThrow(
      /arrow or .parquet/,
    );
    warehouse.close();
  });

  it("says what to do where nothing is published", async () => {
    await expect(openWarehouse(join(tmpdir(), "no-store-here"))).rejects.toThrow("nothing is published");
  });
});
