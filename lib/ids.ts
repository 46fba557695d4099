import { randomBytes } from "node:crypto";

/** The prefix of each kind of id. */
export const idPrefixes = {
  user: "usr",
  org: "org",
  member: "mem",
  session: "ses",
  workroom: "wr",
  chat: "ch",
  message: "msg",
  turn: "trn",
  checkpoint: "ckp",
  app: "app",
  appVersion: "apv",
  modelKey: "mk",
  audit: "aud",
  ticket: "tk",
  terminal: "trm",
  request: "req",
  invitation: "inv",
  apiKey: "key",
  notification: "ntf",
  pushSubscription: "psh",
  socket: "sck",
  agent: "ag",
  workspaceSession: "wss",
  storage: "sto",
  storageMove: "mov",
  plugin: "plg",
  run: "run",
} as const;
export type IdKind = keyof typeof idPrefixes;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base32: no i, l, o, u

/** A new opaque id: prefix, underscore, 20 base32 characters (100 random bits). */
export function newId(kind: IdKind): string {
  return `${idPrefixes[kind]}_${randomBase32(20)}`;
}

/** `length` base32 characters, 5 random bits each; fit for host names and secrets. */
export function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join("");
}
