import { customerStateTruth, identityTruth } from "./customers.js";
import { actionTruth } from "./actions.js";
import { causeTruth } from "./effects.js";
import { messageTruth } from "./messages.js";
import { npsAnswer } from "../happiness.js";
import { messageKinds } from "../voices.js";

const exposureTruth = `
select
  cause,
  customer_id,
  code('O', 'order', experience.order_key) as order_id,
  occurred_at,
  is_first,
  complains as is_complaint,
  round(case when is_first then leave_chance else 0 end, 4)::float as leave_chance
from experience
join cause using (cause_no)
join customer using (customer_no)
where occurred_at <= ends_at()
order by cause, occurred_at, customer_id, order_id
`;

/** Everyone who was asked for an opinion and what they would have answered. */
const invitationTruth = `
select
  customer_id,
  code('O', 'order', order_key) as order_id,
  asked_at,
  ${npsAnswer("happiness", `(order_key * 32 + ${messageKinds.survey})`)}::utinyint as nps,
  is_answered
from invitation
join customer using (customer_no)
where asked_at between starts_at() and ends_at()
order by asked_at, order_id
`;

/** Files of `truth/` about a part of the customers, each with its SELECT; docs/sample-world.md describes their columns. */
export const partTruthFiles: Readonly<Record<string, string>> = {
  messages: messageTruth,
  customers: customerStateTruth,
  identities: identityTruth,
  invitations: invitationTruth,
  exposures: exposureTruth,
};

/** Files of `truth/` about the whole world. */
export const worldTruthFiles: Readonly<Record<string, string>> = {
  causes: causeTruth,
  actions: actionTruth,
};
