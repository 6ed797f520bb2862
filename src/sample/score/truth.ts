import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../errors.js";
import { pathLiteral, type Session } from "../../warehouse/engine.js";
import type { Published } from "./published.js";

const files = ["customers", "messages", "causes", "exposures", "actions", "invitations"] as const;

/**
 * Temporary views `true_<file>` over the truth's files, which a large world has in parts (`messages-01.parquet`); `asked_message`: the messages that the run has read (all, if it
 * publishes no `feedback`), with whether a moderator has labelled them; `true_topic`: what they are about.
 *
 * @throws UserError when a file is missing
 */
export async function openTruth(session: Session, folder: string, published: Published): Promise<void> {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of files) {
    const part = new RegExp(`^${name}(-\\d+)?\\.parquet$`);
    const parts = found.filter((file) => part.test(file)).sort();
    if (parts.length === 0) {
      throw new UserError(`${join(folder, `${name}.parquet`)}: expected a file of the truth, found none`, {
        hint: "Name the truth/ folder that ancora sample wrote beside the data.",
      });
    }
    const paths = parts.map((file) => pathLiteral(join(folder, file))).join(", ");
    await session.execute(`create or replace temp view true_${name} as from read_parquet([${paths}])`);
  }
  await session.execute(messageViews(published.has("feedback")));
}

function messageViews(hasFeedback: boolean): string {
  return `
create or replace temp table asked_message as
select feedback_id, speaker, is_genuine, is_specific, topics, ${hasFeedback ? "moderation_label is not null" : "null::boolean"} as is_labelled
from true_messages ${hasFeedback ? "join feedback using (feedback_id)" : ""};
create or replace temp view true_topic as
select feedback_id, entry.topic, entry.sentiment
from (select feedback_id, unnest(topics) as entry from asked_message);
create or replace temp view undeclared_topic as
select cause, topic, starts_at::date as starts_on from true_causes where event is null;
`;
}
