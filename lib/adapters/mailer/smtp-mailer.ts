import { createTransport } from "nodemailer";
import { AppError } from "@/lib/errors";
import type { Mailer } from "@/lib/ports/mailer";

const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 20_000;
const TOTAL_TIMEOUT_MS = 30_000;

type SmtpOptions = {
  /** `smtp://user:pass@host:port` (upgraded by STARTTLS when the server offers it) or `smtps://…`. */
  url: string;
  from: string; // "Name <address>" or an address
};

/** Sends by SMTP, one connection a mail: mails are few, and a connection that was kept may be dead. */
export function smtpMailer({ url, from }: SmtpOptions): Mailer {
  const timeouts = {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  };
  // Texts are ours, but addresses and names are what people typed: nothing in them may name a file or a URL to fetch.
  const access = { disableFileAccess: true, disableUrlAccess: true };
  const transport = createTransport({ ...connectionOf(url), ...timeouts, ...access });
  return {
    isSetUp: true,
    async send({ to, subject, text, html }) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error("The mail server took too long.")),
          TOTAL_TIMEOUT_MS,
        );
      });
      const address = { name: "", address: to };
      const sent = transport.sendMail({ from, to: address, subject, text, html });
      try {
        await Promise.race([sent, late]);
      } catch (cause) {
        throw new AppError("unavailable", "The mail server did not take the mail.", { cause });
      } finally {
        clearTimeout(timer);
        sent.catch(() => undefined); // It may still fail after the time was up.
      }
    },
  };
}

function connectionOf(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}
