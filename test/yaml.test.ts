import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatPlace } from "../src/errors.js";
import { pipelineSchema } from "../src/pipeline/spec.js";
import { parseYaml } from "../src/yaml.js";
import { mistake, mistakes } from "./support/errors.js";

const schema = z.strictObject({
  name: z.string(),
  size: z.int().min(1).optional(),
  colour: z.enum(["red", "green"]).optional(),
  parts: z.array(z.strictObject({ weight: z.number() })).optional(),
  source: z.string({ error: "expected a city" }).optional(),
  words: z.partialRecord(z.enum(["en", "it"]), z.string()).optional(),
});

async function told(text: string): Promise<string[]> {
  const found = await mistakes(() => parseYaml(text, { file: "a.yaml" }, schema));
  return found.map((error) => error.describe());
}

describe("a mistake in YAML is told with its place, what was expected and found, and what to do", () => {
  it.each([
    ["name: a\nsise: 1", "a.yaml:2:1: unknown name 'sise'\n  Did you mean 'size'?"],
    [
      "name: a\nzzzzzzzz: 1",
      "a.yaml:2:1: unknown name 'zzzzzzzz'\n  Valid names: name, size, colour, parts, source, words.",
    ],
    ["size: 1", "a.yaml:1:1: 'name' is missing\n  Add it: expected text."],
    ["name: a\nparts: [{}]", "a.yaml:2:9: 'weight' is missing in parts.0\n  Add it: expected a number."],
    ["name: a\nsource: 1", "a.yaml:2:9: source: expected a city, found 1\n  Write a value of that kind."],
    ["name: a\nwords: { fr: oui }", "a.yaml:2:10: unknown name 'fr' in words\n  Valid names: en, it."],
    ["nmae: a", "a.yaml:1:1: unknown name 'nmae'\n  Did you mean 'name'?"],
    ["name: [1]", "a.yaml:1:7: name: expected text, found [1]\n  Write a value of that kind."],
    ["name: a\nsize: big", 'a.yaml:2:7: size: expected a number, found "big"\n  Write a value of that kind.'],
    [
      "name: a\ncolour: gren",
      "a.yaml:2:9: colour: expected red or green, found \"gren\"\n  Did you mean 'green'?",
    ],
    [
      "name: a\nparts:\n  - weight: 1\n  - wieght: 2",
      "a.yaml:4:5: unknown name 'wieght' in parts.1\n  Did you mean 'weight'?",
    ],
    [
      "name: a\nparts: { weight: 1 }",
      'a.yaml:2:8: parts: expected a list, found {"weight":1}\n  Write a value of that kind.',
    ],
    ["", "a.yaml:1:1: expected a mapping of names to values, found nothing\n  Write a value of that kind."],
    ["- a", 'a.yaml:1:1: expected a mapping of names to values, found ["a"]\n  Write a value of that kind.'],
  ])("%s", async (text, expected) => {
    expect(await told(text)).toEqual([expected]);
  });

  it("every one in one go", async () => {
    const found = await told("nam: a\nsize: 0\ncolour: blue");
    expect(found.map((line) => line.split(": ")[0])).toEqual(["a.yaml:2:7", "a.yaml:3:9", "a.yaml:1:1"]);
  });

  it.each([
    ["a tab", "name: a\n\tsize: 1", 2],
    ["a name twice", "name: a\nname: b", 2],
    ["a quote that is not closed", 'name: "a', 1],
    ["a list that is not closed", "name: [a", 1],
    ["two documents", "name: a\n---\nname: b", 2],
    ["an alias of nothing", "name: *a", 1],
    ["an alias inside of what it names", "name: &a [*a]", 1],
  ])("%s", async (_name, text, line) => {
    const [error] = await mistakes(() => parseYaml(text, { file: "a.yaml" }, schema));
    expect(error?.place).toMatchObject({ file: "a.yaml", line });
    expect(error?.message).toMatch(/^YAML: /);
    expect(error?.hint).toBeTruthy();
  });

  it("also where a text unfolds into a million values, or is nested a million deep", async () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh"
        .split("")
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`),
    ];
    expect((await told(bomb.join("\n")))[0]).toMatch(/^a\.yaml:1:1: YAML: /);
    expect((await told("[".repeat(100_000)))[0]).toMatch(/^a\.yaml:.*YAML: /);
  });

  it("whatever the text", async () => {
    const words = fc.constantFrom(
      "name",
      "size",
      ":",
      " ",
      "\n",
      "  ",
      "- ",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "!x ",
      "|",
      ">",
      "'",
      '"',
      "#",
      "? ",
      "<<",
      "__proto__",
      "1",
      "~",
      "---\n",
      "%",
      "@",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(words, fc.string({ maxLength: 3 })), { maxLength: 15 }),
        async (parts) => {
          const parse = () => parseYaml(parts.join(""), { file: "a.yaml" }, schema);
          try {
            parse();
          } catch {
            await mistakes(parse);
          }
        },
      ),
      { numRuns: 1000, seed: 3 },
    );
  });
});

describe("a typo in a pipeline", () => {
  const pipeline = (stages: string) => () =>
    parseYaml(`name: shop\nstages:\n${stages}`, { file: "shop.yaml" }, pipelineSchema);

  it.each([
    ["  a: { sqll: a.sql }", "shop.yaml:3:8: unknown name 'sqll' in stages.a", "Did you mean 'sql'?"],
    [
      "  a: { load: a.csv, contrct: a.yaml }",
      "shop.yaml:3:21: unknown name 'contrct' in stages.a",
      "Did you mean 'contract'?",
    ],
    [
      "  a: { load: a.csv, contract: a.yaml, optinal: true }",
      "shop.yaml:3:39: unknown name 'optinal' in stages.a",
      "Did you mean 'optional'?",
    ],
    [
      "  a: { check: a.sql, severity: fatal }",
      'shop.yaml:3:32: stages.a.severity: expected error or warning, found "fatal"',
      "Valid names: error, warning.",
    ],
    ["  A: { sql: a.sql }", "shop.yaml:3:3: the name 'A': expected snake_case", "Rename it."],
    [
      "  a: { export: b, to: b.xlsx }",
      "shop.yaml:3:23: stages.a.to: expected a name that ends in .csv or .parquet",
      "Mend the value.",
    ],
  ])("%s", async (stages, expected, hint) => {
    const text = (await mistake(pipeline(stages))).describe();
    expect(text).toContain(expected);
    expect(text).toContain(hint);
  });
});

describe("a YAML file that fits", () => {
  it("tells where each of its values is written", () => {
    const { data, placeOf } = parseYaml(
      "name: è\nparts:\n  - { weight: 1 }\n  - weight: 2\n",
      { file: "a.yaml" },
      schema,
    );
    expect(data.parts).toEqual([{ weight: 1 }, { weight: 2 }]);
    expect(formatPlace(placeOf(["name"]))).toBe("a.yaml:1:7");
    expect(formatPlace(placeOf(["parts", 1, "weight"]))).toBe("a.yaml:4:13");
    expect(formatPlace(placeOf(["parts", 1, "absent"]))).toBe("a.yaml:4:5");
    expect(formatPlace(placeOf([]))).toBe("a.yaml:1:1");
  });

  it("tells where its names are written", () => {
    const { placeOfName } = parseYaml("name: a\nparts: [{ weight: 1 }]", { file: "a.yaml" }, schema);
    expect(formatPlace(placeOfName(["name"]))).toBe("a.yaml:1:1");
    expect(formatPlace(placeOfName(["parts", 0, "weight"]))).toBe("a.yaml:2:11");
  });
});

describe("YAML that begins inside of a file", () => {
  const start = { file: "a.md", line: 5 };

  it("has the places of the file", () => {
    const { placeOf } = parseYaml("name: a\nsize: 1", start, schema);
    expect(formatPlace(placeOf(["size"]))).toBe("a.md:6:7");
    expect(formatPlace(placeOf([]))).toBe("a.md:5:1");
  });

  it.each([
    ["that does not fit", "name: a\nsise: 1", "a.md:6:1"],
    ["that is not closed", "name: a\nparts: [", "a.md:6:9"],
    ["that is empty", "", "a.md:5:1"],
    ["with an alias of nothing", "name: *a", "a.md:5:7"],
  ])("%s has its mistakes there", async (_name, text, place) => {
    const { place: found } = await mistake(() => parseYaml(text, start, schema));
    expect(found && formatPlace(found)).toBe(place);
  });
});
