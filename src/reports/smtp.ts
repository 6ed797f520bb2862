import { exitCodes, UserError } from "../errors.js";
import { unknownSender } from "./mime.js";

/** How messages are handed to a mail server. */
export interface SmtpSettings {
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  /** The sender's address. */
  from: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The mail server that the environment names; undefined where it names none.
 *
 * @throws UserError when a setting cannot be read; no message ever holds the password
 */
export function smtpSettings(environment: Environment = process.env): SmtpSettings | undefined {
  const { ANCORA_SMTP_HOST: host, ANCORA_SMTP_USER: user, ANCORA_SMTP_PASSWORD: password } = environment;
  if (!host) return undefined;
  const port = Number(environment.ANCORA_SMTP_PORT ?? 587);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UserError(`ANCORA_SMTP_PORT: expected a port, found ${environment.ANCORA_SMTP_PORT}`, {
      hint: "Write for example 587 (STARTTLS) or 465 (TLS), or leave it out.",
    });
  }
  if ((user === undefined) !== (password === undefined)) {
    throw new UserError("ANCORA_SMTP_USER and ANCORA_SMTP_PASSWORD belong together: one of them is not set", {
      hint: "Set both, or neither where the server asks for none.",
    });
  }
  return { host, port, user, password, from: environment.ANCORA_MAIL_FROM ?? user ?? unknownSender };
}

/**
 * Hands a message to the mail server and returns when that has taken it.
 *
 * A password is sent over an encrypted connection only.
 *
 * @throws UserError when the server cannot be reached or refuses
 */
export async function sendMail(
  raw: Buffer,
  to: readonly string[],
  { host, port, user, password, from }: SmtpSettings,
): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: port !== 465 && user !== undefined,
    ...(user !== undefined && password !== undefined ? { auth: { user, pass: password } } : {}),
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ envelope: { from, to: [...to] }, raw });
  } catch (error) {
    throw new UserError(`the mail server ${host}:${port} did not take the message: ${reason(error)}`, {
      exitCode: exitCodes.stageFailed,
      hint: "See ANCORA_SMTP_HOST, ANCORA_SMTP_PORT, ANCORA_SMTP_USER and ANCORA_SMTP_PASSWORD in the environment.",
    });
  } finally {
    transport.close();
  }
}

/** What went wrong, but not what a server said back: some repeat the name and password that they were given. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number };
  return responseCode === undefined ? error.message : `${code ?? error.name} ${responseCode}`;
}
