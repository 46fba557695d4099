import { and, eq, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import type { Ports } from "../context";

/** The room behind a preview's host name, before anything is known of who asks. */
export const findPreviewRoom = (
  ports: Pick<Ports, "db">,
  previewKey: string,
): Promise<Workroom | null> =>
  inSystem(ports.db, async (tx) => {
    const named = and(eq(workrooms.previewKey, previewKey), isNull(workrooms.deletedAt));
    const [room] = await tx.select().from(workrooms).where(named);
    return room ?? null;
  });
