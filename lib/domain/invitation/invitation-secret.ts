import { randomBytes } from "node:crypto";
import type { Settings } from "../context";
import { hashTicket } from "../identity/hash-ticket";

const SECRET_BYTES = 32;

/** The secret of an invitation's link; only its hash is kept. */
export const newInvitationSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

export const hashInvitationSecret = hashTicket;

export const invitationUrl = ({ appUrl }: Pick<Settings, "appUrl">, secret: string): string =>
  new URL(`/invite/${secret}`, appUrl).href;
