import { closeSync, mkdtempSync, openSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { mountDevice, unmountAll } from "./keeper/view-mounts";

/** Why this machine can't mount a FUSE file system, tried for real; `null`: it can. */
export async function measureFuse(dataDir: string): Promise<string | null> {
  if (process.getuid?.() !== 0) return "only root can mount it";
  let fd: number | null = null;
  let path: string | null = null;
  try {
    fd = openSync("/dev/fuse", "r+");
    path = mkdtempSync(join(dataDir, "fuse-probe-"));
    await mountDevice(path, fd);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (path !== null) {
      await unmountAll(path);
      rmdirSync(path);
    }
    if (fd !== null) closeSync(fd);
  }
}
