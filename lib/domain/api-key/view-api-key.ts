import type { ApiKey } from "@/lib/db/schema";
import type { ApiKeyView } from "@/lib/protocol/api-keys";

export const viewApiKey = (key: ApiKey, personName: string, now: Date): ApiKeyView => ({
  id: key.id,
  name: key.name,
  person: { id: key.userId, name: personName },
  scopes: [...key.scopes],
  lastFour: key.lastFour,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  state: key.expiresAt !== null && key.expiresAt <= now ? "expired" : "active",
});
