import { lstat, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import type { RunImage } from "@/lib/protocol/runs";

const mediaTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};
const MAX_LOOKED_AT = 5_000;
const MAX_IMAGES = 20;
const MAX_DEPTH = 8;

/** Pictures below `output/` that were written since then. Links are not followed. */
export async function findNewImages(workspaceDir: string, sinceMs: number): Promise<RunImage[]> {
  const images: RunImage[] = [];
  let left = MAX_LOOKED_AT;
  const visit = async (folder: string, depth: number): Promise<void> => {
    const path = join(workspaceDir, folder);
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if ((left -= 1) < 0 || images.length >= MAX_IMAGES) return;
      const name = `${folder}/${entry.name}`;
      const mediaType = mediaTypes[extname(entry.name).toLowerCase()];
      if (entry.isDirectory() && depth < MAX_DEPTH) await visit(name, depth + 1);
      if (!entry.isFile() || mediaType === undefined) continue;
      const stats = await lstat(join(workspaceDir, name)).catch(() => null);
      if (stats && stats.mtimeMs >= sinceMs)
        images.push({ path: name, mediaType, size: stats.size });
    }
  };
  await visit("output", 0);
  return images;
}
