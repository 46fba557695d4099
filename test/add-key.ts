import { inSystem } from "@/lib/db/client";
import { apiKeys } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { hashApiKey, newApiKeySecret } from "@/lib/domain/identity/api-key-secret";
import { newId } from "@/lib/ids";
import type { ApiKeyScope } from "@/lib/protocol/api-keys";

type Options = { orgId: string; userId: string; scopes: ApiKeyScope[]; expiresAt?: Date | null };

/** An API key of a person, with the text that goes into `Authorization: Bearer …`. */
export async function addKey(
  ports: Pick<Ports, "db">,
  { orgId, userId, scopes, expiresAt = null }: Options,
): Promise<{ id: string; secret: string }> {
  const id = newId("apiKey");
  const secret = newApiKeySecret();
  const key = { id, orgId, userId, name: "Test", scopes, expiresAt, lastFour: secret.slice(-4) };
  await inSystem(ports.db, (tx) =>
    tx.insert(apiKeys).values({ ...key, secretHash: hashApiKey(secret) }),
  );
  return { id, secret };
}
