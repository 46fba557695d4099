import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command";

const DEVICE_FD = 3;
const options = [
  `fd=${DEVICE_FD},rootmode=40000,user_id=0,group_id=0`,
  "allow_other,default_permissions,nosuid,nodev,noatime",
].join(",");

/**
 * Shows a room's workspace at `viewPath`, with the FUSE mount of `deviceFd` over its `output/`. The view's mounts are
 * shared, and the room's namespace follows them: a mount that has to be made anew appears in the running room too. The
 * real folder is no part of that: on this host it stays what it is.
 */
export async function mountView(
  workspacePath: string,
  viewPath: string,
  deviceFd: number,
): Promise<void> {
  mkdirSync(viewPath, { recursive: true, mode: 0o711 });
  if (!mountsAt(viewPath)) {
    await runCommand("mount", ["--bind", "--make-private", workspacePath, viewPath]);
    await runCommand("mount", ["--make-shared", viewPath]);
  }
  await mountDevice(join(viewPath, "output"), deviceFd);
}

export const mountDevice = (path: string, deviceFd: number) =>
  runCommand("mount", ["-i", "-t", "fuse", "-o", options, "workroom-output", path], deviceFd);

/** Takes everything down that lies at the view, mounts of servers that died among them. */
export async function unmountView(viewPath: string): Promise<void> {
  await unmountAll(join(viewPath, "output"));
  await unmountAll(viewPath);
}

export async function unmountAll(path: string): Promise<void> {
  for (let left = mountsAt(path); left > 0; left -= 1) await runCommand("umount", ["--lazy", path]);
}

/** How many mounts lie one upon the other at a path. Looking there could wait for a dead server. */
function mountsAt(path: string): number {
  const escaped = path.replace(/[ \t\n\\]/g, (char) => `\\0${char.charCodeAt(0).toString(8)}`);
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return lines.filter((line) => line.split(" ")[4] === escaped).length;
}
