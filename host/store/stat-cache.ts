import { readFile, rename, writeFile } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { z } from "zod";
import { statKey } from "../files/content-hash";

const Stored = z.record(z.string(), z.tuple([z.string(), z.string()]));
/** Two writes within one tick of the kernel's clock leave the same times: what is this young is not trusted. */
const SETTLED_MS = 100;

/**
 * SHA-256 by path, as long as the file's stat key stays the same. Only a saving of work: a lost or broken file costs
 * one full read of the tree.
 */
export async function openStatCache(file: string) {
  const old = await load(file);
  const next: Record<string, [string, string]> = {};
  return {
    find(path: string, stat: BigIntStats): string | null {
      const found = old[path];
      if (found?.[0] !== statKey(stat)) return null;
      next[path] = found;
      return found[1];
    },
    /** `readAtMs`: when reading began; the content may have changed since. */
    keep(path: string, stat: BigIntStats, sha256: string, readAtMs: number): void {
      if (Number(stat.ctimeMs) < readAtMs - SETTLED_MS) next[path] = [statKey(stat), sha256];
    },
    async save(): Promise<void> {
      await writeFile(`${file}.next`, JSON.stringify(next), { mode: 0o600 });
      await rename(`${file}.next`, file);
    },
  };
}
export type StatCache = Awaited<ReturnType<typeof openStatCache>>;

async function load(file: string): Promise<Record<string, [string, string]>> {
  try {
    const stored = Stored.safeParse(JSON.parse(await readFile(file, "utf8")));
    return stored.success ? Object.assign(Object.create(null), stored.data) : {};
  } catch {
    return {};
  }
}
