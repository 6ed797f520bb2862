import type { Aspect } from "./aspect.js";
import { classification, classScores } from "./classification.js";
import { comparedMessages, reach } from "./messages.js";

/** Whether a message is specific or general. */
export const details: Aspect = {
  claims: { feedback_details: ["feedback_id", "is_specific"] },
  sql: `
with ${comparedMessages("feedback_details", "feedback_details.is_specific")},
judged as (
  select
    if(is_specific, 'specific', 'general') as actual,
    if(claimed, 'specific', 'general') as claimed
  from compared
  where claimed is not null
),
${classScores}
select ${reach}, ${classification}`,
};
