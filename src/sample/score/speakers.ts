import type { Aspect } from "./aspect.js";
import { classification, classScores } from "./classification.js";
import { comparedMessages, reach } from "./messages.js";

/** Who speaks: customer, ex_customer, prospect, troll, employee or competitor. */
export const speakers: Aspect = {
  claims: { feedback_speakers: ["feedback_id", "speaker"] },
  sql: `
with ${comparedMessages("feedback_speakers", "feedback_speakers.speaker")},
judged as (select speaker as actual, claimed from compared where claimed is not null),
${classScores}
select ${reach}, ${classification}`,
};
