import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import type { Tree } from "../files/owners";

const IDLE_MS = 5 * 60_000;

type Use = { count: number; endedAt: number };

/**
 * Who uses which room's disk. A disk is detached only when nobody has it open: one that is detached under a reader and
 * attached again would be mounted twice, and break.
 */
export function createTreeLeases(disks: WorkspaceAttach) {
  const uses = new Map<string, Use>();

  /** Keeps the room's disk attached until the answer is called. */
  function hold(roomId: string): () => void {
    const use = uses.get(roomId) ?? { count: 0, endedAt: 0 };
    uses.set(roomId, use);
    use.count += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      use.count -= 1;
      use.endedAt = performance.now();
    };
  }

  return {
    hold,
    async withTree<T>(roomId: string, run: (tree: Tree) => Promise<T>): Promise<T> {
      const release = hold(roomId);
      try {
        return await run(await disks.attach(roomId));
      } finally {
        release();
      }
    },
    /** Detaches the disks that were not used for a while. Those of running rooms stay: the provisioner sees to that. */
    async detachIdle(idleMs = IDLE_MS): Promise<void> {
      for (const [roomId, use] of uses) {
        if (use.count > 0 || performance.now() - use.endedAt < idleMs) continue;
        uses.delete(roomId);
        // Asked for in the same breath as it was seen unused: whoever comes now attaches after it.
        await disks.detach(roomId);
      }
    },
  };
}
export type TreeLeases = ReturnType<typeof createTreeLeases>;
