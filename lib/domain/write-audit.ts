import { type SQL, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { auditEntries } from "@/lib/db/schema";
import { type IdKind, idPrefixes, newId } from "@/lib/ids";
import { auditText } from "./audit-fields";
import type { Context } from "./context";

type Fields = Record<string, unknown>;
/** What was asked; `before` and `after` hold the fields that changed. Only fields of audit-fields.ts show their values. */
export type AuditDetail = Fields & { before?: Fields; after?: Fields };

/**
 * Writes the audit row of a change, in the change's own transaction: who, with which key, what, the object with its name
 * at that time and its room. Secrets and what people wrote stay out of it.
 */
export async function writeAudit(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "actor" | "now">,
  action: string,
  objectId: string | null,
  { before, after, ...detail }: AuditDetail = {},
): Promise<void> {
  const { actor } = ctx;
  const { title, workroomId } = lookUps(objectId);
  await tx.insert(auditEntries).values({
    id: newId("audit"),
    orgId: ctx.orgId,
    actorKind: actor.kind,
    actorId: actor.kind === "user" ? actor.userId : actor.job,
    apiKeyId: actor.kind === "user" ? (actor.apiKey?.id ?? null) : null,
    actorName: actor.kind === "user" ? nameOf(actor.userId) : null,
    action,
    objectId,
    objectTitle: title,
    workroomId,
    detail: auditText(detail) ?? "{}",
    before: auditText(before),
    after: auditText(after),
    createdAt: ctx.now(),
  });
}

const nameOf = (userId: string) => sql`(select name from users where id = ${userId})`;

type LookUps = { title: SQL | null; workroomId: SQL | null };

/** How an object is called and where it is, by its id's prefix; what has neither is known by its id alone. */
const lookUpsByPrefix: Partial<Record<string, (id: string) => LookUps>> = {
  [idPrefixes.workroom]: (id) => ({
    title: sql`(select title from workrooms where id = ${id})`,
    workroomId: sql`${id}`,
  }),
  [idPrefixes.chat]: (id) => ofChat(sql`${id}`),
  [idPrefixes.message]: (id) => ofChat(sql`(select chat_id from messages where id = ${id})`),
  [idPrefixes.turn]: (id) => ofChat(sql`(select chat_id from turns where id = ${id})`),
  [idPrefixes.app]: (id) => ({
    title: sql`(select slug from apps where id = ${id})`,
    workroomId: sql`(select workroom_id from apps where id = ${id})`,
  }),
  [idPrefixes.user]: (id) => named("users", "name", id),
  [idPrefixes.org]: (id) => named("orgs", "name", id),
  [idPrefixes.invitation]: (id) => named("invitations", "email", id),
  [idPrefixes.apiKey]: (id) => named("api_keys", "name", id),
  [idPrefixes.modelKey]: (id) => named("model_keys", "label", id),
  [idPrefixes.plugin]: (id) => named("plugins", "name", id),
  [idPrefixes.storage]: (id) => named("storages", "name", id),
  [idPrefixes.agent]: (id) => named("agents", "name", id),
  [idPrefixes.workspaceSession]: ofSession,
} satisfies { [prefix in (typeof idPrefixes)[IdKind]]?: (id: string) => LookUps };

/** Its room tells who may know its name. */
function ofSession(id: string): LookUps {
  const column = (name: string) =>
    sql`(select ${sql.identifier(name)} from workspace_sessions where id = ${id})`;
  return { title: column("name"), workroomId: column("workroom_id") };
}

/** A chat's own title is the start of a message, so its room gives the name. */
const ofChat = (chatId: SQL): LookUps => ({
  title: sql`(select r.title from workrooms r join chats c on c.workroom_id = r.id where c.id = ${chatId})`,
  workroomId: sql`(select workroom_id from chats where id = ${chatId})`,
});

const named = (table: string, column: string, id: string): LookUps => ({
  title: sql`(select ${sql.identifier(column)} from ${sql.identifier(table)} where id = ${id})`,
  workroomId: null,
});

const lookUps = (objectId: string | null): LookUps =>
  lookUpsByPrefix[objectId?.split("_", 1)[0] ?? ""]?.(objectId ?? "") ?? {
    title: null,
    workroomId: null,
  };
