import { and, eq, gte, like, lt, or, type SQL } from "drizzle-orm";
import { auditEntries } from "@/lib/db/schema";
import { idPrefixes } from "@/lib/ids";
import type { AuditFilter } from "@/lib/protocol/audit";

/** The condition of a filter; the organisation is named, so that its indexes serve. */
export const whereFits = (orgId: string, filter: AuditFilter): SQL | undefined =>
  and(
    eq(auditEntries.orgId, orgId),
    filter.actor === undefined ? undefined : whoActed(filter.actor),
    filter.action === undefined ? undefined : whatWasDone(filter.action),
    filter.object === undefined ? undefined : whatItWasAbout(filter.object),
    filter.from === undefined ? undefined : gte(auditEntries.createdAt, new Date(filter.from)),
    filter.to === undefined ? undefined : lt(auditEntries.createdAt, new Date(filter.to)),
  );

const whoActed = (actor: string) =>
  actor === "system" ? eq(auditEntries.actorKind, "system") : eq(auditEntries.actorId, actor);

/** The underscore of a name is a wildcard of LIKE. */
const whatWasDone = (action: string) =>
  action.includes(".")
    ? eq(auditEntries.action, action)
    : like(auditEntries.action, `${action.replaceAll("_", "\\_")}.%`);

/** A room stands for everything in it. */
const whatItWasAbout = (id: string) =>
  id.startsWith(`${idPrefixes.workroom}_`)
    ? or(eq(auditEntries.workroomId, id), eq(auditEntries.objectId, id))
    : eq(auditEntries.objectId, id);
