import { dayStart, type Span } from "./calendar.js";
import { lateCarrier, mendedCarrier, rowsOf } from "./catalogue.js";
import type { Part } from "./parts.js";

/** Something that the company did, and what it truly does. */
export interface Action {
  action: string;
  name: string;
  kind: "campaign" | "fix";
  unit: "customer" | "store" | "carrier";
  isRandomised: boolean;
  /** When, as a fraction of the span of the data. */
  start: number;
  /** Share of customers whom a campaign considers. */
  share: number;
  /** Chance that a campaign makes a treated customer place one more order within `responseDays`. */
  response: number;
}

/** Days after a campaign within which those whom it moves buy. */
const responseDays = 45;

/** Five that work (one of them randomised) and one that does nothing. */
export const actions: readonly Action[] = [
  {
    action: "carrier_fix",
    name: "Second depot for carrier V2",
    kind: "fix",
    unit: "carrier",
    isRandomised: false,
    start: 0.5,
    share: 0,
    response: 0,
  },
  {
    action: "store_fix",
    name: "More tills in some stores",
    kind: "fix",
    unit: "store",
    isRandomised: false,
    start: 0.5,
    share: 0,
    response: 0,
  },
  {
    action: "coupon",
    name: "Coupon drawn by lot",
    kind: "campaign",
    unit: "customer",
    isRandomised: true,
    start: 0.6,
    share: 0.22,
    response: 0.2,
  },
  {
    action: "adviser_call",
    name: "Call from an adviser",
    kind: "campaign",
    unit: "customer",
    isRandomised: false,
    start: 0.45,
    share: 0.12,
    response: 0.28,
  },
  {
    action: "free_delivery",
    name: "A month of free delivery",
    kind: "campaign",
    unit: "customer",
    isRandomised: false,
    start: 0.7,
    share: 0.15,
    response: 0.22,
  },
  {
    action: "newsletter",
    name: "New look for the newsletter",
    kind: "campaign",
    unit: "customer",
    isRandomised: false,
    start: 0.55,
    share: 0.18,
    response: 0,
  },
];

/** `action`: what the company does in this world, and a macro for when each starts. */
export function actionTable(span: Span): string {
  const rows = actions.map((action, index) => [
    index + 1,
    action.action,
    action.name,
    action.kind,
    action.unit,
    String(action.isRandomised),
    action.share,
    action.response,
  ]);
  return `
create macro action_start(wanted) as case wanted
  ${actions.map(({ action, start }) => `when '${action}' then ${dayStart(span, start * span.days)} + interval 8 hour`).join("\n  ")}
end;
create table action as
select
  action_no, action, name, kind, unit, is_randomised::boolean as is_randomised, action_start(action) as starts_at,
  share::double as share, response::double as response
from (values ${rowsOf(rows)}) as t(action_no, action, name, kind, unit, is_randomised, share, response);
`;
}

/**
 * `assignment(action_no, customer_no, starts_at, is_treated, responds, response_day)` and `won_back`: the orders that
 * campaigns bring.
 *
 * Campaigns that are not randomised pick new customers and those who buy often: a naive comparison flatters them.
 */
export function assignmentTables(): string {
  return `
create table assignment as
with considered as (
  select
    action_no,
    customer_no,
    customer_no * 16 + action_no as assignment_key,
    starts_at,
    response,
    case when is_randomised then 0.5 else
      least(0.85, case when on_date > starts_at - interval 150 day then 0.55 else 0.04 end + 9 * pace) end as treatment_chance
  from action
  join customer on uniform('considered', customer_no * 16 + action_no) < share
  join day on day_no = floor(registered_day)
  where unit = 'customer' and on_date < starts_at
)
select
  action_no,
  customer_no,
  starts_at,
  uniform('treated', assignment_key) < treatment_chance as is_treated,
  uniform('treated', assignment_key) < treatment_chance and uniform('responds', assignment_key) < response as responds,
  1 + pick('response day', assignment_key, ${responseDays}) as response_day
from considered;

create table won_back as
select customer_no, customer_no * 256 + 248 + action_no as order_key, starts_at::date + response_day as on_date
from assignment
where responds;
`;
}

const fixedUnits = `
  union all
  select action_no, store_id, store_no % 2 = 0 from action, store where action = 'store_fix'
  union all
  select action_no, carrier, carrier_no = ${mendedCarrier} from action, carrier where action = 'carrier_fix' and carrier_no <> ${lateCarrier}`;

/** The file of actions: customers with the arm in which each was, and in the first part stores and carriers. */
export function actionsFile({ index }: Part): string {
  return `
with units as (
  select action_no, customer_id as unit_id, is_treated from assignment join customer using (customer_no)${index === 0 ? fixedUnits : ""}
)
select
  code('A', 'action', action_no) as action_id,
  name,
  kind,
  unit,
  unit_id,
  case when is_treated then 'treated' else 'control' end as arm,
  is_randomised,
  starts_at as started_at
from units
join action using (action_no)
order by started_at, action_id, unit_id
`;
}
