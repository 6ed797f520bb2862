import { fingerprint } from "../fingerprint.js";
import type { Mail } from "./mail.js";

/** From whom a message goes to whom, and when. */
export interface Envelope {
  from: string;
  to: readonly string[];
  date: Date;
}

/** Where no sender is known: a file that people forward has one nevertheless (RFC 5322 asks for it). */
export const unknownSender = "Ancora <ancora@localhost>";

/**
 * A message in the Internet's format (RFC 5322, MIME): plain text and HTML as alternatives, pictures by content id.
 *
 * The same message to the same people of the same date is the same bytes; its Message-ID says which message it is.
 */
export async function composeMail(mail: Mail, { from, to, date }: Envelope): Promise<Buffer> {
  const id = fingerprint([mail.subject, mail.text, mail.html, from, [...to], date.toISOString()]);
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const composer = new MailComposer({
    from,
    to: [...to],
    date,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.images.map(({ cid, png }, index) => ({
      cid,
      content: png,
      contentType: "image/png",
      contentDisposition: "inline",
      filename: `chart-${index + 1}.png`,
    })),
    messageId: `<${id}@ancora>`,
    baseBoundary: id,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
