import { cellText, records } from "../result.js";
import { identifier, literal, type Session } from "../warehouse/engine.js";
import type { Publication } from "../warehouse/publication.js";

/** What weak rules say of one message where no model judges it. */
export interface RuleVerdict {
  /** high, medium or low; null where the pipeline gives no levels. */
  level: string | null;
  /** The rules that fired, those with most points first. */
  rules: FiredRule[];
}

export interface FiredRule {
  rule: string;
  /** Above zero they speak for the message. */
  points: number;
  text: string;
}

/** The tables of the rules that fired and of the levels that follow from them. */
const tables = { fired: "fired_rules", levels: "feedback_credibility" } as const;

/** The columns that name what weak rules judge. */
export const ruledKey = "feedback_id";

/** Whether the pipeline has weak rules for what no model judges. */
export function hasRules({ tables: published }: Publication): boolean {
  return tables.fired in published;
}

/**
 * Reads which weak rules fired for a message, in the words of the policy.
 *
 * @param session over the published tables, `fired_rules` among them
 * @param id of the message; one that is not there has fired none
 */
export async function ruleVerdict(
  session: Session,
  publication: Publication,
  { id, locale }: { id: string; locale: string },
): Promise<RuleVerdict> {
  const ofMessage = `where ${ruledKey} = ${literal(id)}`;
  const fired = records(
    await session.query(
      `select rule, points::integer as points, ${identifier(`label_${locale}`)} as label from ${tables.fired}
        ${ofMessage} order by abs(points) desc, rule`,
    ),
  );
  const levels =
    tables.levels in publication.tables
      ? records(await session.query(`select level from ${tables.levels} ${ofMessage}`))
      : [];
  const level = levels[0]?.["level"];
  return {
    level: typeof level === "string" ? level : null,
    rules: fired.map(({ rule, points, label }) => ({
      rule: cellText(rule),
      points: Number(points),
      text: cellText(label),
    })),
  };
}
