import type { Aspect } from "./aspect.js";
import { classification, classScores } from "./classification.js";
import { comparedMessages, reach } from "./messages.js";
import { probabilityScores } from "./probability.js";

/**
 * How likely each message is genuine. Messages that no moderator has labelled cannot have been learnt by heart: `held_back`
 * is the honest half.
 */
export const credibility: Aspect = {
  claims: { feedback_credibility: ["feedback_id", "credibility_percent"] },
  sql: `
with ${comparedMessages("feedback_credibility", "(credibility_percent / 100)::double")},
rated as (
  select is_genuine as label, claimed as score, is_labelled from compared where claimed is not null
),
judged as (
  select
    if(label, 'genuine', 'fake') as actual,
    if(score >= 0.5, 'genuine', 'fake') as claimed
  from rated
),
${classScores},
overall as (select ${probabilityScores("rated")} as scores)
select
  ${reach},
  scores.auc,
  scores.brier,
  scores.ece,
  ${classification},
  ${probabilityScores("rated where is_labelled")} as labelled,
  ${probabilityScores("rated where not is_labelled")} as held_back
from overall`,
};
