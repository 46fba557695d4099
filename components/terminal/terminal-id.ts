import { z } from "zod";
import { TerminalId } from "@/lib/protocol/ids";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 20;

/** A new id of a shell, in the form the server takes: `trm_` and 20 letters of Crockford's alphabet. */
export function newTerminalId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return `trm_${[...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;
}

const storageKey = (workroomId: string) => `workroom.terminal.${workroomId}`;

/** The shell this tab of the browser uses in this room; a reload comes back to it. */
export function rememberedTerminalId(workroomId: string): string {
  try {
    const stored = z.safeParse(TerminalId, sessionStorage.getItem(storageKey(workroomId)));
    if (stored.success) return stored.data;
  } catch {
    // Storage can be switched off; then each reload starts a new shell.
  }
  return rememberTerminalId(workroomId, newTerminalId());
}

export function rememberTerminalId(workroomId: string, terminalId: string): string {
  try {
    sessionStorage.setItem(storageKey(workroomId), terminalId);
  } catch {
    // See rememberedTerminalId.
  }
  return terminalId;
}
