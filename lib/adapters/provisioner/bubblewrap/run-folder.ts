import { chmod, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { lchown } from "node:fs/promises";
import { basename, join } from "node:path";
import type { EngineConfig } from "@/lib/protocol/engine";
import type { RoomOwners } from "./room-disk";
import type { RoomFolder } from "./room-folder";

/** Root's, writable by the engine's group, sticky: the engine can add its socket, but not replace what the host put there. */
const RUN_MODE = 0o1770;

export async function makeRunFolder(folder: RoomFolder, owners: RoomOwners): Promise<void> {
  await mkdir(folder.run, { recursive: true });
  await lchown(folder.run, owners.host, owners.engine);
  await chmod(folder.run, RUN_MODE);
}

/** Empties what an earlier life of the room left, then writes the engine's configuration. Nothing of the room runs now. */
export async function prepareRunFolder(
  folder: RoomFolder,
  owners: RoomOwners,
  config: EngineConfig,
): Promise<void> {
  await makeRunFolder(folder, owners);
  for (const name of await readdir(folder.run)) {
    const found = await lstat(join(folder.run, name)).catch(() => null);
    const isHosts = found?.isSocket() === true && found.uid === owners.host;
    if (name === basename(folder.modelSocket) && isHosts) continue;
    await rm(join(folder.run, name), { recursive: true, force: true });
  }
  const draft = join(folder.root, "config.json.new");
  await writeFile(draft, JSON.stringify(config), { mode: 0o640 });
  await lchown(draft, owners.host, owners.engine);
  await rename(draft, join(folder.run, "config.json"));
}
