import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { sessions } from "@/lib/db/schema";
import type { Ports } from "../context";

/** Signs a browser out; its cookie is worth nothing from now on. */
export async function revokeSession(
  ports: Pick<Ports, "db" | "now">,
  sessionId: string,
): Promise<void> {
  await inSystem(ports.db, (tx) =>
    tx.update(sessions).set({ revokedAt: ports.now() }).where(eq(sessions.id, sessionId)),
  );
}
