import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ancora } from "../support/command.js";
import { Project } from "../support/project.js";
import { run } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

const project = new Project(shopWithModelFiles());
let first: string;
let second: string;

interface Trained {
  champion: string;
  challenger: { version: string; metrics: unknown[] };
  comparison: { rows: number; metrics: { metric: string; gain: object }[]; verdict: { promoted: boolean } };
  would_promote: boolean;
}

const inShop = (...args: string[]) => ancora(args, { cwd: project.folder });

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await inShop(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  first = (await run(project)).publication.models.churn ?? "";
  const trained = await json<Trained>("train", "churn", "--set", "network.width=4", "--set", "seed=5");
  second = trained.challenger.version;
  expect(trained.champion).toBe(first);
  expect(trained.comparison.metrics).toHaveLength(4);
  expect(trained.would_promote).toBe(trained.comparison.verdict.promoted);
}, 60_000);

afterAll(() => project.remove());

describe("ancora models", () => {
  it("lists the versions and which is the champion", async () => {
    interface Listed {
      models: { model: string; version: string; is_champion: boolean }[];
    }
    const { models } = await json<Listed>("models", "list");
    expect(models).toHaveLength(2);
    expect(models).toContainEqual(expect.objectContaining({ version: first, is_champion: true }));
    expect(models).toContainEqual(expect.objectContaining({ version: second, is_champion: false }));
    expect((await inShop("models")).stdout).toMatch(new RegExp(`churn +${first} +champion`));
  });

  it("compares two on the same rows, and says what the rule makes of it", async () => {
    const { stdout } = await inShop("models", "compare", "churn", first, second);
    expect(stdout).toMatch(/champion .* and challenger .* on the same 303 rows/);
    expect(stdout).toMatch(/brier +0\.\d{4} +0\.\d{4} +-?0\.\d{4} +-?0\.\d{4} to -?0\.\d{4}/);
    expect(stdout).toContain("The rule: ");
  });

  it("promotes one, keeps the history with the reason, and rolls back", async () => {
    const promoted = await inShop("models", "promote", "churn", second, "--reason", "a trial");
    expect(promoted.stdout).toContain(`the champion is ${second}; it was ${first}.`);
    expect(promoted.stdout).toContain("was scored with the old one");
    const { promotions } = await json<{ promotions: object[] }>("models", "show", "churn");
    expect(promotions).toMatchObject([
      { version: first, reason: "the first champion" },
      { version: second, reason: "a trial", kind: "promoted" },
    ]);
    expect(await json("models", "rollback", "churn")).toMatchObject({ champion: first, before: second });
  });

  it.each([
    [["show", "chrun"], "there is no trained model chrun", "Did you mean 'churn'?"],
    [["show", "churn", "2026"], "churn has no version 2026", "Valid names"],
  ])("%j is a mistake in words", async (args, message, hint) => {
    const { code, stderr } = await inShop("models", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("ancora train", () => {
  it.each([
    [
      ["churn", "--set", "network.widht=4"],
      "--set network.widht=4: unknown name 'widht'",
      "Did you mean 'width'?",
    ],
    [["chrun"], "trains a model chrun", "Did you mean 'churn'?"],
  ])("%j is a mistake in words", async (args, message, hint) => {
    const { code, stderr } = await inShop("train", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});
