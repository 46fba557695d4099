import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import { inSystem, readInSystem } from "@/lib/db/client";
import { apiKeys, orgMembers, orgs } from "@/lib/db/schema";
import type { PersonActor, Ports } from "../context";
import { hashApiKey, isApiKeySecret } from "./api-key-secret";

/** A use is noted to the minute: a busy program costs one write a minute, not one a call. */
const NOTE_EVERY_MS = 60_000;

export type FoundApiKey = { actor: PersonActor; orgId: string; orgSlug: string; userId: string };

/**
 * For whom a key speaks: its person with the role they have now, in the key's organisation. Read each time; `null` when
 * the key is unknown, revoked or over, and when its person is no member any more.
 */
export async function findApiKey(
  ports: Pick<Ports, "db" | "now">,
  secret: string,
): Promise<FoundApiKey | null> {
  if (!isApiKeySecret(secret)) return null;
  const now = ports.now();
  const isMember = and(eq(orgMembers.orgId, apiKeys.orgId), eq(orgMembers.userId, apiKeys.userId));
  const isLive = and(
    eq(apiKeys.secretHash, hashApiKey(secret)),
    isNull(apiKeys.revokedAt),
    or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
  );
  const [found] = await readInSystem(ports.db, (tx) =>
    tx
      .select({ key: apiKeys, role: orgMembers.role, orgSlug: orgs.slug })
      .from(apiKeys)
      .innerJoin(orgMembers, isMember)
      .innerJoin(orgs, eq(orgs.id, apiKeys.orgId))
      .where(isLive),
  );
  if (!found) return null;
  const { key, role, orgSlug } = found;
  const { id, orgId, userId, scopes, lastUsedAt } = key;
  if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > NOTE_EVERY_MS)
    void noteUse(ports, id, now);
  const actor = { kind: "user", userId, role, sessionId: null, apiKey: { id, scopes } } as const;
  return { actor, orgId, orgSlug, userId };
}

const noting = new Set<string>();

/** Nobody waits for this note; one that fails is made by the next use. */
async function noteUse(ports: Pick<Ports, "db">, id: string, now: Date): Promise<void> {
  if (noting.has(id)) return;
  noting.add(id);
  const before = new Date(now.getTime() - NOTE_EVERY_MS);
  const isOld = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before));
  try {
    await inSystem(ports.db, (tx) =>
      tx
        .update(apiKeys)
        .set({ lastUsedAt: now })
        .where(and(eq(apiKeys.id, id), isOld)),
    );
  } catch {
    return;
  } finally {
    noting.delete(id);
  }
}
