import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { renderJupyter } from "../../src/reports/index.js";
import { pythonLiteral, pythonText } from "../../src/reports/python.js";
import { hostileStrings } from "./hostile.js";
import { openFolder, options } from "./world.js";

const source = z.union([z.string(), z.array(z.string())]);
const id = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);

/** The rules of nbformat 4.5 (https://nbformat.readthedocs.io) for what a report has. */
const nbformat = z.strictObject({
  nbformat: z.literal(4),
  nbformat_minor: z.literal(5),
  metadata: z.looseObject({
    kernelspec: z.looseObject({ name: z.string(), display_name: z.string() }),
    language_info: z.looseObject({ name: z.string() }),
  }),
  cells: z
    .array(
      z.discriminatedUnion("cell_type", [
        z.strictObject({ id, cell_type: z.literal("markdown"), metadata: z.strictObject({}), source }),
        z.strictObject({
          id,
          cell_type: z.literal("code"),
          metadata: z.strictObject({}),
          source,
          execution_count: z.int().nonnegative().nullable(),
          outputs: z.array(
            z.strictObject({
              output_type: z.literal("display_data"),
              metadata: z.strictObject({}),
              data: z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.unknown()),
            }),
          ),
        }),
      ]),
    )
    .refine((cells) => new Set(cells.map((cell) => cell.id)).size === cells.length, "ids are unique"),
});

type Jupyter = z.output<typeof nbformat>;

const jupyter = async (): Promise<Jupyter> => {
  const { notebook, results } = await openFolder("test/reports/input/demo");
  const extra = { warehouse: "../store/warehouse.duckdb", parametersOf: () => ["horizon_days"] };
  const text = await renderJupyter(notebook, results, { ...options("en"), ...extra });
  return nbformat.parse(JSON.parse(text));
};

describe("a report in Jupyter", () => {
  let cells: Jupyter["cells"];
  beforeAll(async () => void ({ cells } = await jupyter()));
  const code = () => cells.flatMap((cell) => (cell.cell_type === "code" ? [cell] : []));

  it("opens the published tables and runs each query again under its name", () => {
    const [setup, friction] = code();
    expect(setup?.source).toContain('duckdb.connect("../store/warehouse.duckdb", read_only=True)');
    expect(setup?.source).toContain('parameters = {"horizon_days": 90}');
    expect(friction?.source).toBe(
      'friction = sql("friction", """\nselect * from friction order by cost desc\n""", "horizon_days")\nfriction',
    );
  });

  it("holds results as tables and as text", () => {
    const { data } = code()[1]?.outputs[0] ?? {};
    expect(data?.["text/html"]).toContain("<td>182400</td>");
    expect(data?.["text/plain"]).toContain("182400");
  });

  it("holds each chart as Vega-Lite 5 with its rows, SVG, PNG and its alternative text", () => {
    const charts = code().filter(({ outputs }) => outputs.some(({ data }) => "image/png" in data));
    expect(charts).toHaveLength(3);
    for (const { outputs, source } of charts) {
      const data = outputs[0]?.data ?? {};
      const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
      expect(spec).toContain("vega-lite/v5.json");
      expect(spec).toContain('"datasets"');
      expect(spec).not.toMatch(/notebookFormat|var\(--/);
      expect(data["image/svg+xml"]).toMatch(/^<svg xmlns=/);
      expect(Buffer.from(String(data["image/png"]), "base64").subarray(1, 4).toString()).toBe("PNG");
      expect(String(data["text/plain"]).length).toBeGreaterThan(20);
      expect(source).toMatch(/^chart\(\{\n {4}"datasets": \{"\w+": rows\(\w+, c\d+="/);
    }
  });

  it("says in Markdown what the page says in words, tables and numbers", () => {
    const words = cells
      .flatMap((cell) => (cell.cell_type === "markdown" ? [String(cell.source)] : []))
      .join("\n");
    expect(words).toContain("182,400");
    expect(words).toContain("| --- |");
  });
});

const hasPython = (() => {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasPython)("Python", () => {
  it("reads back every text and value that is written for it", () => {
    const texts = [...hostileStrings, 'a"""b', 'ends in "', "back\\slash\\n", "tab\t\u0000"];
    const value = { texts, numbers: [1, -0.5, 1e21], nothing: null, yes: true, empty: {} };
    const program = `import json
print(json.dumps([${pythonLiteral(value)}, [${texts.map(pythonText).join(", ")}]]))`;
    const printed = execFileSync("python3", ["-"], { input: program, encoding: "utf8", stdio: "pipe" });
    expect(JSON.parse(printed)).toEqual([value, texts]);
  });
});
