import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fingerprint } from "../fingerprint.js";
import type { SmtpSettings } from "../reports/index.js";
import { readJson, writeDurably } from "../warehouse/durable.js";
import type { Publication } from "../warehouse/publication.js";
import type { Store } from "../warehouse/store.js";

type PublishedMail = Publication["mails"][number];

const mailSchema = z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  images: z.array(
    z.object({
      cid: z.string(),
      png: z
        .object({ type: z.literal("Buffer"), data: z.array(z.number()) })
        .transform(({ data }) => Buffer.from(data)),
    }),
  ),
});

/** What is remembered of a message that was sent, in `sent/<key>.json` of the store. */
export interface SentMail extends Omit<PublishedMail, "file"> {
  publication: string;
  subject: string;
  sentAt: string;
}

/**
 * Sends the messages of a publication that were not sent before: the same report to the same people goes out once, however
 * often it is published. A message is noted as sent when the mail server has taken it.
 *
 * @returns a line for people on what was sent, or why nothing was
 * @throws UserError when the mail server cannot be reached or refuses; the next run tries again
 */
export async function sendMails(
  store: Store,
  publication: Publication,
  { smtp, now }: { smtp: SmtpSettings | undefined; now: Date },
): Promise<string[]> {
  const waiting = publication.mails.filter(({ to }) => to.length > 0);
  const notices: string[] = [];
  for (const mail of waiting) {
    const record = sentPath(store, mail);
    if ((await readJson(record)) !== undefined) continue;
    const name = `${mail.report} (${mail.locale}) to ${mail.to.join(", ")}`;
    if (!smtp) {
      notices.push(`not mailed: ${name}, because ANCORA_SMTP_HOST names no mail server`);
      continue;
    }
    const { composeMail, sendMail } = await import("../reports/index.js");
    const message = mailSchema.parse(JSON.parse(await readFile(store.absolute(mail.file), "utf8")));
    await sendMail(await composeMail(message, { from: smtp.from, to: mail.to, date: now }), mail.to, smtp);
    const sent: SentMail = {
      publication: publication.id,
      report: mail.report,
      locale: mail.locale,
      to: mail.to,
      subject: message.subject,
      sentAt: now.toISOString(),
    };
    await writeDurably(record, JSON.stringify(sent, null, 1));
    notices.push(`mailed: ${name}`);
  }
  return notices;
}

function sentPath(store: Store, { report, locale, file, to }: PublishedMail): string {
  return store.absolute(join("sent", `${fingerprint([report, locale, file, [...to].sort()])}.json`));
}
