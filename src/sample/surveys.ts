import { happinessOf } from "./happiness.js";

/**
 * `invitation`: who was asked for an opinion after an order, and who answers.
 *
 * The chance to answer follows from what is seen (rhythm, channel, segment, consent). With
 * `responseDependsOnHappiness` it follows from satisfaction too, and three in a hundred of those asked, drawn by lot,
 * are telephoned: all of them answer.
 */
export function invitationTables(responseDependsOnHappiness: boolean): string {
  const happinessWeight = responseDependsOnHappiness ? 0.7 : 0;
  const calledShare = responseDependsOnHappiness ? 0.03 : 0;
  return `
create table asked as
select
  order_key,
  customer_no,
  channel,
  seconds(arrived_at, 86400 + 345600 * uniform('asked', order_key)) as occurred_at
from known_purchase
where uniform('invited', order_key) < 0.3;

create table invitation as
select
  order_key,
  asked.customer_no,
  asked.occurred_at as asked_at,
  seconds(asked.occurred_at, 1800 + 86400 * exponential('answers after', order_key)) as answered_at,
  happiness,
  uniform('answers', order_key) < 1 / (1 + exp(-(
    -1.75
    + case asked.channel when 'app'::term then 0.9 when 'web'::term then 0.5 else 0 end
    + case segment when 'family'::segment then 0.4 when 'business'::segment then -0.6 else 0 end
    + case when has_consent then 0.35 else 0 end
    + 0.35 * ln(60 * pace)
    + ${happinessWeight} * (happiness - 0.3)
  ))) as is_answered,
  uniform('called', order_key) < ${calledShare} as is_called
from asked
join customer using (customer_no)
join (${happinessOf("asked", "order_key")}) using (order_key);
`;
}
