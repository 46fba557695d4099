import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startMailServer, textOf } from "@/test/mail-server";
import { noMailer } from "./no-mailer";
import { smtpMailer } from "./smtp-mailer";

const mail = { to: "ada@example.test", subject: "Grüße", text: "Zeile – 1\n", html: "<p>1</p>" };
const from = "Workroom <workroom@example.test>";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const start = async (options?: { password?: string }) => {
  const server = await startMailServer(options);
  open.push(server);
  return server;
};

describe("a mail by SMTP", () => {
  test("arrives with sender, subject, plain text and HTML", async () => {
    const server = await start();
    await smtpMailer({ url: `smtp://127.0.0.1:${server.port}`, from }).send(mail);
    const [got] = server.mails;
    expect(got).toMatchObject({ from: "workroom@example.test", to: [mail.to], user: null });
    expect(textOf(got!).trim()).toBe("Zeile – 1");
    expect(got?.source).toContain("<p>1</p>");
    expect(got?.source).toMatch(/^Subject: =\?UTF-8\?/m);
  });

  test("is sent with the name and password of the URL, also with signs that a URL escapes", async () => {
    const server = await start({ password: "p@ss/word" });
    const url = (password: string) => `smtp://ada%40x:${password}@127.0.0.1:${server.port}`;
    await smtpMailer({ url: url("p%40ss%2Fword"), from }).send(mail);
    expect(server.mails).toMatchObject([{ user: "ada@x" }]);
    await expect(smtpMailer({ url: url("wrong"), from }).send(mail)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(server.mails).toHaveLength(1);
  });

  test("goes to one address only, whatever that text looks like", async () => {
    const server = await start();
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${server.port}`, from });
    const crafted = "ada@example.test, eve@example.test";
    await mailer.send({ ...mail, to: crafted }).catch(() => undefined);
    const lines = { ...mail, subject: "Hi\r\nBcc: eve@example.test" };
    await mailer.send(lines);
    expect(server.mails.flatMap(({ to }) => to)).not.toContain("eve@example.test");
    expect(server.mails.at(-1)?.source).not.toMatch(/^Bcc:/im);
  });

  test("to a server that refuses, or that is not there, fails in plain words", async () => {
    const server = await start();
    server.refuse(1);
    const url = `smtp://127.0.0.1:${server.port}`;
    const refused = smtpMailer({ url, from }).send(mail);
    await expect(refused).rejects.toMatchObject({ code: "unavailable" });
    await server.close();
    open.length = 0;
    await expect(smtpMailer({ url, from }).send(mail)).rejects.toMatchObject({
      code: "unavailable",
      message: "The mail server did not take the mail.",
    });
  });

  test("to a server that never says a word fails in time", async () => {
    const sockets: { destroy(): unknown }[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    open.push({
      close() {
        for (const socket of sockets) socket.destroy();
        silent.close();
      },
    });
    const startedAt = performance.now();
    const sent = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from }).send(mail);
    await expect(sent).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  }, 20_000);
});

test("without a mail server nothing is promised", async () => {
  expect(noMailer.isSetUp).toBe(false);
  await expect(noMailer.send(mail)).rejects.toMatchObject({ code: "unavailable" });
});
