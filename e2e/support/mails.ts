import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ReceivedMail, textOf } from "../../test/mail-server";

const mailFile = (dataDir: string) => path.join(dataDir, "e2e-mails.ndjson");

/** Keeps a mail that the product has sent, for the journeys' workers. */
export const keepMail = (dataDir: string, mail: ReceivedMail): void =>
  appendFileSync(mailFile(dataDir), `${JSON.stringify(mail)}\n`);

/** The texts of the mails to an address, oldest first. */
export function mailsTo(dataDir: string, address: string): string[] {
  if (!existsSync(mailFile(dataDir))) return [];
  const lines = readFileSync(mailFile(dataDir), "utf8").trim().split("\n");
  const mails = lines.map((line) => JSON.parse(line) as ReceivedMail);
  return mails.filter(({ to }) => to.includes(address)).map(textOf);
}
