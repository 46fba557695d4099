import { readFile, rename, writeFile } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { createBreather } from "@/lib/local-tree/breather";
import { statKey } from "@/lib/local-tree/content-hash";

/** Two writes within one tick of the kernel's clock leave the same times: what is this young is not trusted. */
const SETTLED_MS = 100;
const LINE = /^([0-9a-f]{64}) ([\d-]+) (".*")$/;

type Kept = { key: string; sha256: string };

/**
 * SHA-256 by path, as long as the file's stat key stays the same; in a file of one line a path. Only a saving of work:
 * a lost or broken file costs one full read of the tree.
 */
export async function openStatCache(file: string) {
  const old = await load(file);
  const next = new Map<string, Kept>();
  return {
    find(path: string, stat: BigIntStats): string | null {
      const found = old.get(path);
      if (found?.key !== statKey(stat)) return null;
      next.set(path, found);
      return found.sha256;
    },
    /** `readAtMs`: when reading began; the content may have changed since. */
    keep(path: string, stat: BigIntStats, sha256: string, readAtMs: number): void {
      if (Number(stat.ctimeMs) < readAtMs - SETTLED_MS)
        next.set(path, { key: statKey(stat), sha256 });
    },
    async save(): Promise<void> {
      const breathe = createBreather();
      const lines: string[] = [];
      for (const [path, { key, sha256 }] of next) {
        lines.push(`${sha256} ${key} ${JSON.stringify(path)}\n`);
        await breathe();
      }
      await writeFile(`${file}.next`, lines.join(""), { mode: 0o600 });
      await rename(`${file}.next`, file);
    },
  };
}
export type StatCache = Awaited<ReturnType<typeof openStatCache>>;

async function load(file: string): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  const breathe = createBreather();
  const text = await readFile(file, "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    const [, sha256, key, path] = LINE.exec(line) ?? [];
    if (sha256 && key && path) kept.set(unquote(path), { key, sha256 });
    await breathe();
  }
  return kept;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return "";
  }
}
