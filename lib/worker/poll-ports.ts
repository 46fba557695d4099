import { and, eq, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { systemContext } from "@/lib/domain/system-context";
import { setState } from "@/lib/domain/workroom/set-state";

const PORTS_TIMEOUT_MS = 5_000;
const MAX_PORTS = 20;

/** Finds servers that were started or ended in active rooms, so that the preview shows them by itself. */
export async function pollPorts(ports: Ports): Promise<void> {
  const rooms = await inSystem(ports.db, (tx) =>
    tx
      .select()
      .from(workrooms)
      .where(and(eq(workrooms.state, "active"), isNull(workrooms.deletedAt))),
  );
  await Promise.allSettled(
    rooms.map(async (room) => {
      const options = { timeoutMs: PORTS_TIMEOUT_MS };
      const found = await ports.host.call("ports", { roomId: room.id }, options);
      const previewPorts = found.ports
        .map(({ port, program }) => ({ port, program }))
        .toSorted((a, b) => a.port - b.port)
        .slice(0, MAX_PORTS);
      if (JSON.stringify(previewPorts) === JSON.stringify(room.previewPorts)) return;
      await setState(systemContext(ports, room.orgId, "poll_ports"), room.id, { previewPorts });
    }),
  );
}
