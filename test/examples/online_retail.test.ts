import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ancora, type CommandResult } from "../support/command.js";
import { ask, compute } from "../support/run.js";
import { describeWithData, exampleProject, pageText, publicData } from "./example.js";

/**
 * Every sixth customer of the file with the dirt of the original: text for numbers and dates, empty customers, credit
 * notes, lines that stand twice, stock corrections, bad debts and discounts.
 */
const dirtyCopy = `
  with lines as (
    select InvoiceNo::varchar as InvoiceNo, StockCode, Description, Quantity::bigint as Quantity,
      strftime(InvoiceDate::timestamp, '%-m/%-d/%Y %-H:%M') as InvoiceDate, UnitPrice::double as UnitPrice,
      nullif(CustomerID, 0)::double as CustomerID, Country
    from '${publicData}online_retail.parquet'
    where case when coalesce(CustomerID, 0) = 0 then InvoiceNo::varchar like '%0' else CustomerID::bigint % 6 = 0 end
      and InvoiceNo::varchar not like 'C%' and Quantity > 0 and UnitPrice >= 0
  ),
  credited as (
    select 'C' || InvoiceNo as InvoiceNo, StockCode, Description, -Quantity as Quantity, InvoiceDate, UnitPrice, CustomerID, Country
    from lines where InvoiceNo like '%7' and UnitPrice > 0
  )
  select * from lines
  union all select * from credited
  union all select * from lines where InvoiceNo like '%3'
  union all values
    ('581900', '22423', 'damaged', -40, '12/9/2011 9:00', 0.0, null, 'United Kingdom'),
    ('581901', '22423', null, 60, '12/9/2011 9:05', 0.0, null, 'United Kingdom'),
    ('A581902', 'B', 'Adjust bad debt', 1, '12/9/2011 9:10', -11062.06, null, 'United Kingdom'),
    ('C581903', 'D', 'Discount', -1, '12/9/2011 9:15', 27.5, 12348.0, 'Finland'),
    ('581904', 'AMAZONFEE', 'AMAZON FEE', 1, '12/9/2011 9:20', 13541.33, null, 'United Kingdom'),
    ('581905', 'm', 'Manual', 1, '12/9/2011 9:25', 2.55, 12348.0, 'Finland'),
    ('581906', 'POST', 'POSTAGE', 3, '12/9/2011 9:30', 40.0, 12348.0, 'Finland')`;

describeWithData("the Online Retail example", "online_retail.parquet", () => {
  const project = exampleProject();
  const file = project.path("inbox/online_retail.parquet");
  const trade = `(select distinct * from '${file}') where UnitPrice >= 0 and StockCode not in ('B', 'S', 'CRUK', 'AMAZONFEE', 'BANK CHARGES')
    and (UnitPrice > 0 or (CustomerID is not null and Quantity > 0))`;
  const amounts = "sum(round(Quantity * UnitPrice, 2)::decimal(12, 2))::double as amount";
  let outcome: CommandResult;
  const published = (sql: string) => ask(project, sql, "data/store-online-retail");

  beforeAll(async () => {
    mkdirSync(project.path("inbox"), { recursive: true });
    await compute(`copy (${dirtyCopy}) to '${file}' (format parquet)`);
    const parameters = ["data=inbox", "snapshot_days=45", "snapshots=6"].flatMap((value) => [
      "--param",
      value,
    ]);
    outcome = await ancora(["run", "pipelines/examples/online_retail.yaml", ...parameters], {
      cwd: project.folder,
    });
  });
  afterAll(() => project.remove());

  it("ends well", () => {
    expect(outcome.stderr).not.toContain("error:");
    expect(outcome.code).toBe(0);
  });

  it("takes credit notes as returns and all else that was sold as purchases", async () => {
    const expected = await compute(`
      select 'purchase' as kind, count(*)::integer as n, ${amounts} from ${trade} and InvoiceNo not like 'C%'
      union all
      select 'return', count(*)::integer, ${amounts} from ${trade} and InvoiceNo like 'C%'`);
    const found = await published(
      "select kind, count(*)::integer as n, sum(amount)::double as amount from transactions group by kind order by kind",
    );
    expect(found).toEqual(expected);
    expect(Number(found[1]?.n)).toBeGreaterThan(1000);
  });

  it("knows every customer by their number, and nobody by an empty one", async () => {
    const expected = await compute(
      `select distinct CustomerID::integer::varchar as customer_id from '${file}' where CustomerID is not null order by 1`,
    );
    expect(await published("select customer_id from customers order by 1")).toEqual(expected);
    const [anonymous] = await compute(`select count(*)::integer as n from ${trade} and CustomerID is null`);
    expect(
      await published("select count(*)::integer as n from transactions where customer_id is null"),
    ).toEqual([anonymous]);
  });

  it("gives postage, manual lines and discounts categories of their own", async () => {
    const rows = await published(
      "select product_id, category, kind from transactions where order_id in ('C581903', '581905', '581906') order by all",
    );
    expect(rows).toEqual([
      { product_id: "D", category: "discount", kind: "return" },
      { product_id: "M", category: "manual", kind: "purchase" },
      { product_id: "POST", category: "postage", kind: "purchase" },
    ]);
  });

  it("sets aside and counts what is no trade with a customer", async () => {
    const [counts] = await published(`
      select max(lines) filter (reason = 'repeated_line')::integer as repeated_lines,
        max(lines) filter (reason = 'stock_correction')::integer as stock_corrections,
        max(lines) filter (reason = 'bookkeeping')::integer as bookkeeping
      from set_aside`);
    const [expected] = await compute(`select (select count(*) from '${file}')
      - (select count(*) from (select distinct * from '${file}')) as repeated_lines`);
    expect(counts?.repeated_lines).toBe(Number(expected?.repeated_lines));
    expect(Number(counts?.stock_corrections)).toBeGreaterThanOrEqual(2);
    expect(Number(counts?.bookkeeping)).toBeGreaterThanOrEqual(2);
  });

  it("asks about churn only customers who had bought, and labels them by what they did next", async () => {
    const [wrong] = await published(`
      select count(*)::integer as n
      from churn_labels
      where has_churned = exists (
        from transactions
        where transactions.customer_id = churn_labels.customer_id and kind = 'purchase'
          and occurred_at::date > as_of and occurred_at::date <= as_of + 90
      )`);
    expect(wrong?.n).toBe(0);
  });

  it("trains churn on several dates, and ranks the customers of a later one far better than chance", async () => {
    const [model] = await published("select status, train_rows from churn_model");
    expect(model?.status).toBe("trained");
    const [learned] = await published(`
      select count(*)::integer as n, count(distinct as_of)::integer as dates
      from churn_labels, churn_model
      where has_churned is not null and known_on <= validated_from::date`);
    expect(learned?.n).toBe(Number(model?.train_rows));
    expect(Number(learned?.dates)).toBeGreaterThan(1);
    const [auc] = await published("select value, low from churn_metrics where metric = 'auc'");
    expect(Number(auc?.low)).toBeGreaterThan(0.6);
  });

  it("makes the report in both languages, with the forecast, its quality and who is at risk", () => {
    const english = pageText(project, "reports/out/online_retail/online_retail.en.html");
    expect(english).toMatch(/[\d,]+ of [\d,]+ active customers are not expected back within 90 days/);
    expect(english).toContain("Area under the ROC curve");
    expect(english).toContain("Customers with most at stake");
    const italian = pageText(project, "reports/out/online_retail/online_retail.it.html");
    expect(italian).toMatch(/[\d.]+ clienti attivi su [\d.]+ non dovrebbero tornare entro 90 giorni/);
  });
});
