import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { runPipeline } from "../../src/pipeline/run.js";
import { Random } from "../../src/stats/random.js";
import { testProject } from "../support/project.js";
import { ask } from "../support/run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const store = "data/store-subscriptions";
const nights = 700;

function day(number: number): string {
  return new Date(Date.UTC(2024, 0, 1) + number * 86_400_000).toISOString().slice(0, 10);
}

/** 900 customers begun over time: on each day one of 200 gives notice on the plan flex, one of 1,500 on the plan fixed, 30 days ahead. */
function files(): Record<string, string> {
  const random = new Random("subscriptions");
  const customers = [
    "customer_id,registered_at,segment,birth_year,city,province,language,email,phone,handle,marketing_consent,loyalty_tier",
  ];
  const subscriptions = ["subscription_id,customer_id,plan,monthly_price,started_on,ends_on,notice_given_on"];
  for (let index = 0; index < 900; index++) {
    const start = random.integer(nights);
    const plan = random.uniform() < 0.5 ? "flex" : "fixed";
    const notice = start - Math.floor(Math.log(1 - random.uniform()) * (plan === "flex" ? 200 : 1500));
    customers.push(`c${index},${day(start)} 00:00:00,consumer,,,,it,,,,true,base`);
    const end = notice < nights ? `${day(notice + 30)},${day(notice)}` : ",";
    subscriptions.push(
      `s${index},c${index},${plan},${(10 + random.integer(40)).toFixed(2)},${day(start)},${end}`,
    );
  }
  return {
    "data/inbox/customers.csv": `${customers.join("\n")}\n`,
    "data/inbox/subscriptions.csv": `${subscriptions.join("\n")}\n`,
  };
}

it("the subscriptions example learns who ends a contract, from what was known on the day", async () => {
  const project = testProject(files());
  for (const folder of ["pipelines", "models"]) {
    cpSync(`${root}/${folder}`, project.path(folder), {
      recursive: true,
      filter: (path) => !path.endsWith("registry"),
    });
  }
  project.write(
    "models/contract_churn.yaml",
    `${project.read("models/contract_churn.yaml")}network: { epochs: 8, groups: 2, members: 1, width: 16 }\n`,
  );
  const notices: string[] = [];
  const pipeline = await openPipeline(project.path("pipelines/examples/subscriptions.yaml"));
  await runPipeline(pipeline, {
    memoryLimit: "500MB",
    observer: { notice: (message) => notices.push(message) },
  });

  expect(notices.filter((notice) => notice.includes("differs in"))).toEqual([]);
  expect(await ask(project, "select distinct status from contract_churn_model", store)).toEqual([
    { status: "trained" },
  ]);
  const [scores] = await ask(
    project,
    `select count(*) as scored, avg(churn_probability) filter (last_plan = 'flex') as flex, avg(churn_probability) filter (last_plan = 'fixed') as fixed
    from contract_churn_scores join contracts_tonight using (customer_id)`,
    store,
  );
  expect(Number(scores?.flex)).toBeGreaterThan(1.5 * Number(scores?.fixed));
  expect(
    await ask(
      project,
      `select sum(customers) filter ("group" = 'asked') as asked, sum(customers) as everyone from contract_churn_population
      where as_of = (select max(as_of) from contract_churn_population)`,
      store,
    ),
  ).toEqual([{ asked: scores?.scored, everyone: 900 }]);
});
