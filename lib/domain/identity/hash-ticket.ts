import { createHash } from "node:crypto";

/** Tickets are stored as their hash: who reads the table can't use one. */
export const hashTicket = (secret: string): string =>
  createHash("sha256").update(secret).digest("hex");
