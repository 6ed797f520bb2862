import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { sendMail, smtpSettings } from "../../src/reports/index.js";
import { mistake } from "../support/errors.js";
import { mailServer } from "../support/mail-server.js";

const settings = (port: number) => ({
  host: "127.0.0.1",
  port,
  user: undefined,
  password: undefined,
  from: "night@example.org",
});
const raw = Buffer.from("Subject: tonight\r\n\r\nAll is well.\r\n");

describe("smtpSettings", () => {
  it("are those of the environment, if it names a server", () => {
    expect(smtpSettings({})).toBeUndefined();
    expect(
      smtpSettings({
        ANCORA_SMTP_HOST: "mail.example.org",
        ANCORA_SMTP_USER: "u",
        ANCORA_SMTP_PASSWORD: "p",
      }),
    ).toEqual({ host: "mail.example.org", port: 587, user: "u", password: "p", from: "u" });
  });

  it("refuse a port that is none, and a user without password, never showing one", async () => {
    const host = { ANCORA_SMTP_HOST: "mail.example.org" };
    expect((await mistake(() => smtpSettings({ ...host, ANCORA_SMTP_PORT: "smtp" }))).message).toBe(
      "ANCORA_SMTP_PORT: expected a port, found smtp",
    );
    const lonely = await mistake(() => smtpSettings({ ...host, ANCORA_SMTP_PASSWORD: "secret" }));
    expect(lonely.describe()).not.toContain("secret");
  });
});

describe("sendMail", () => {
  it("hands the message over as it is, to everyone it is for", async () => {
    const { port, received } = await mailServer();
    await sendMail(raw, ["ada@example.org", "bea@example.org"], settings(port));
    expect(received).toEqual([
      { from: "night@example.org", to: ["ada@example.org", "bea@example.org"], raw: raw.toString() },
    ]);
  });

  it("says where no server answers", async () => {
    const { port, close } = await mailServer();
    await close();
    const { message } = await mistake(sendMail(raw, ["ada@example.org"], settings(port)));
    expect(message).toContain(`127.0.0.1:${port} did not take the message: `);
    expect(message).toContain("ECONNREFUSED");
  });

  it("tells a refusal by its code alone, and never the password, nor sends it in the clear", async () => {
    let isAsked = false;
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS"],
      onAuth(auth, _session, callback) {
        isAsked = true;
        callback(new Error(`wrong password ${auth.password}`));
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.server.address() as AddressInfo;
    const error = await mistake(
      sendMail(raw, ["ada@example.org"], { ...settings(port), user: "ada", password: "opensesame" }),
    );
    expect(isAsked).toBe(false);
    expect(`${error.describe()} ${String(error.cause)} ${error.stack}`).not.toContain("opensesame");
  });
});
