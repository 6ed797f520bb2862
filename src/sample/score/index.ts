import type { Session } from "../../warehouse/engine.js";
import { actions } from "./actions.js";
import { scoreAspect, type AspectScore } from "./aspect.js";
import { churn } from "./churn.js";
import { credibility } from "./credibility.js";
import { details } from "./details.js";
import { emergingTopics } from "./emerging-topics.js";
import { frictions } from "./frictions.js";
import { nps } from "./nps.js";
import { publishedColumns } from "./published.js";
import { speakers } from "./speakers.js";
import { topics } from "./topics.js";
import { openTruth } from "./truth.js";
import { warnings } from "./warnings.js";

export type { AspectScore } from "./aspect.js";

/** How each kind of claim of a run stands against the truth. */
export type Score = Record<
  | "churn"
  | "credibility"
  | "speakers"
  | "details"
  | "topics"
  | "emerging_topics"
  | "frictions"
  | "early_warnings"
  | "actions"
  | "nps"
  | "nps_weighted",
  AspectScore
>;

/**
 * Compares published tables with the truth of the sample world that they came from. The published tables that it reads,
 * and what each number means, are in docs/sample-world.md.
 *
 * `session` sees the published tables and may read `truthFolder`; the truth is put beside them as temporary views.
 *
 * @throws UserError when the folder does not hold the truth of a sample world
 */
export async function scoreAgainstTruth(session: Session, truthFolder: string): Promise<Score> {
  const published = await publishedColumns(session);
  await openTruth(session, truthFolder, published);
  return {
    churn: await scoreAspect(session, published, churn),
    credibility: await scoreAspect(session, published, credibility),
    speakers: await scoreAspect(session, published, speakers),
    details: await scoreAspect(session, published, details),
    topics: await scoreAspect(session, published, topics),
    emerging_topics: await scoreAspect(session, published, emergingTopics),
    frictions: await scoreAspect(session, published, frictions),
    early_warnings: await scoreAspect(session, published, warnings),
    actions: await scoreAspect(session, published, actions),
    nps: await scoreAspect(session, published, nps("nps")),
    nps_weighted: await scoreAspect(session, published, nps("nps_weighted")),
  };
}
