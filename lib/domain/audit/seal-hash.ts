import { createHash } from "node:crypto";
import type { AuditEntry } from "@/lib/db/schema";

/** The hash before the first seal of an organisation. */
export const FIRST_HASH = "";

/** SHA-256 over the seal before and everything that an entry says. */
export function sealHash(before: string, entry: AuditEntry): string {
  const said = [
    before,
    entry.id,
    entry.orgId,
    entry.actorKind,
    entry.actorId,
    entry.actorName,
    entry.apiKeyId,
    entry.action,
    entry.objectId,
    entry.objectTitle,
    entry.workroomId,
    entry.detail,
    entry.before,
    entry.after,
    entry.createdAt.toISOString(),
  ];
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}
