import type { DbTransaction } from "@/lib/db/client";
import { auditEntries } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { Context } from "./context";

const MAX_DETAIL_LENGTH = 2_000;
const secretFields: ReadonlySet<string> = new Set([
  "apiKey",
  "password",
  "token",
  "ticket",
  "text",
  "command",
]);

/** Writes the audit row of a change, in the change's own transaction. Secrets and what people wrote stay out of it. */
export async function writeAudit(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "actor" | "now">,
  action: string,
  objectId: string | null,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const shown = Object.entries(detail).map(([name, value]) => [
    name,
    secretFields.has(name) ? "[redacted]" : value,
  ]);
  await tx.insert(auditEntries).values({
    id: newId("audit"),
    orgId: ctx.orgId,
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.kind === "user" ? ctx.actor.userId : ctx.actor.job,
    action,
    objectId,
    detail: JSON.stringify(Object.fromEntries(shown)).slice(0, MAX_DETAIL_LENGTH),
    createdAt: ctx.now(),
  });
}
