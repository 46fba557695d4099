import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";

/**
 * Which rooms have all their files on this host. A disk whose restore was cut off is none of them: a mark beside it,
 * set before the disk is made and taken away when the last file is back, tells so across crashes.
 */
export function createWholeDisks(dataDir: string, hasDisk: WorkspaceAttach["hasDisk"]) {
  const mark = (roomId: string) => join(dataDir, "rooms", roomId, "restoring");
  return {
    async has(roomId: string): Promise<boolean> {
      const isCut = (await stat(mark(roomId)).catch(() => null)) !== null;
      return !isCut && hasDisk(roomId);
    },
    async whileRestoring<T>(roomId: string, restore: () => Promise<T>): Promise<T> {
      await mkdir(join(dataDir, "rooms", roomId), { recursive: true, mode: 0o711 });
      await writeFile(mark(roomId), "");
      const restored = await restore();
      await rm(mark(roomId));
      return restored;
    },
  };
}
export type WholeDisks = ReturnType<typeof createWholeDisks>;
