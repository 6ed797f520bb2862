import type { Publication } from "../warehouse/publication.js";
import type { StageRecord } from "./settle.js";

export type Promotion = Publication["promotions"][string][number];

/** The history of each model's champions, with those of a new publication at its end. */
export function recordPromotions(
  before: Publication | undefined,
  records: readonly StageRecord[],
  at: { publication: string; publishedAt: string },
): Publication["promotions"] {
  const promotions = { ...before?.promotions };
  for (const { model } of records) {
    if (!model?.version) continue;
    const history = promotions[model.name] ?? [];
    if (history.at(-1)?.version === model.version) continue;
    const reason = model.reason ?? (history.length === 0 ? "the first champion" : "trained anew");
    promotions[model.name] = [...history, { version: model.version, kind: "promoted", reason, ...at }];
  }
  return promotions;
}

/**
 * The champions that a rollback goes back to, the one in office last: each rollback takes the last promotion that still
 * stands away.
 */
export function standing(history: readonly Promotion[]): Promotion[] {
  const stack: Promotion[] = [];
  for (const promotion of history) {
    if (promotion.kind === "rolled_back") stack.pop();
    else stack.push(promotion);
  }
  return stack;
}
