import { cpSync, existsSync, readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { Random } from "../../src/stats/random.js";
import { currentPublication } from "../../src/warehouse/publication.js";
import { ancora, launch } from "../support/command.js";
import { testProject, type Project } from "../support/project.js";
import { contents, storeOf } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

const kills = 20;
const killsBeforeEnd = 5;

/** What readers see: tables, histories, and the files that were delivered. */
async function seen(project: Project) {
  const pages = readdirSync(project.path("reports/out")).sort();
  return {
    tables: await contents(project),
    pages: Object.fromEntries(pages.map((name) => [name, project.read(`reports/out/${name}`)])),
    export: project.read("data/outbox/spending.csv"),
  };
}

function copyOf(project: Project): Project {
  const copy = testProject();
  cpSync(project.folder, copy.folder, { recursive: true });
  return copy;
}

it(
  "killed at twenty random moments, a run is finished by the next and ends in the same published tables",
  { timeout: 240_000 },
  async () => {
    const yesterday = testProject(shopWithModelFiles());
    const today = yesterday.read("data/inbox/orders-2.csv");
    yesterday.remove("data/inbox/orders-2.csv");
    const finish = async (project: Project) => {
      const { code, stderr } = await ancora(["run"], { cwd: project.folder });
      expect(code, stderr).toBe(0);
    };
    await finish(yesterday);
    const before = await contents(yesterday);
    const tonight = copyOf(yesterday);
    tonight.write("data/inbox/orders-2.csv", today);
    const firstNight = copyOf(tonight);
    for (const folder of ["data/store", "data/outbox", "models/registry", "reports/out"])
      firstNight.remove(folder);

    const undisturbed = async (project: Project) => {
      const copy = copyOf(project);
      const start = performance.now();
      await finish(copy);
      return { project, duration: performance.now() - start, expected: await seen(copy) };
    };
    const nights = [await undisturbed(tonight), await undisturbed(firstNight)];

    const random = new Random("kills");
    let stopped = 0;
    for (let round = 0; round < kills / killsBeforeEnd; round++) {
      const night = nights[round % 2];
      if (!night) continue;
      const { duration, expected } = night;
      const project = copyOf(night.project);
      for (let kill = 0; kill < killsBeforeEnd; kill++) {
        const { child, ended } = launch(["run"], { cwd: project.folder });
        const timer = new AbortController();
        const moment = ((kill + random.uniform()) / killsBeforeEnd) * duration;
        await Promise.race([wait(moment, undefined, { signal: timer.signal }).catch(() => undefined), ended]);
        child.kill("SIGKILL");
        timer.abort();
        if ((await ended).signal === "SIGKILL") stopped++;
        if (existsSync(project.path("data/store/current"))) {
          expect([before, expected.tables]).toContainEqual(await contents(project));
        }
      }
      await finish(project);
      expect(await seen(project)).toEqual(expected);
      const left = readdirSync(project.folder, { recursive: true, encoding: "utf8" });
      expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);

      const { id } = (await currentPublication(storeOf(project))) ?? {};
      const rerun = await ancora(["run", "--json"], { cwd: project.folder });
      const { stages, publication } = JSON.parse(rerun.stdout) as {
        stages: { status: string }[];
        publication: string;
      };
      expect(stages.filter(({ status }) => status === "made")).toEqual([]);
      expect(publication).toBe(id);
    }
    expect(stopped).toBeGreaterThan(kills / 2);
  },
);
