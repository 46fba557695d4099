import { inSystem } from "@/lib/db/client";
import { sessions } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { Ports } from "../context";

const SESSION_MS = 30 * 24 * 60 * 60 * 1_000;

type NewSession = {
  userId: string;
  userAgent: string;
  address?: string;
  /** "password", or the id of the provider. */
  method?: string;
};

/** Signs a person in: the row that the browser's cookie names. @returns its id */
export async function createSession(
  ports: Pick<Ports, "db" | "now">,
  { userId, userAgent, address = "", method = "password" }: NewSession,
): Promise<string> {
  const id = newId("session");
  const now = ports.now();
  await inSystem(ports.db, (tx) =>
    tx.insert(sessions).values({
      id,
      userId,
      userAgent: userAgent.slice(0, 300),
      address: address.slice(0, 100),
      method,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + SESSION_MS),
    }),
  );
  return id;
}
