import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const Mark = z.object({ epoch: z.number().int().nonnegative() });

/**
 * Beside each room's disk, the epoch in which it was synced last. Commits of a later epoch came from another disk, so
 * this one is a stale copy.
 */
export function createWriterMarks(dataDir: string) {
  const file = (roomId: string) => join(dataDir, "rooms", roomId, "synced");
  return {
    async find(roomId: string): Promise<number | null> {
      const text = await readFile(file(roomId), "utf8").catch(() => "");
      const mark = Mark.safeParse(parseJson(text));
      return mark.success ? mark.data.epoch : null;
    },
    async set(roomId: string, epoch: number): Promise<void> {
      const next = `${file(roomId)}.next`;
      await writeFile(next, JSON.stringify({ epoch }), { mode: 0o600, flush: true });
      await rename(next, file(roomId));
    },
  };
}

/** Names this host's disks, across its restarts. */
export function readWriterId(dataDir: string): string {
  const file = join(dataDir, "host", "writer");
  try {
    const known = readFileSync(file, "utf8").trim();
    if (known !== "") return known;
  } catch {
    // The first start: there is none yet.
  }
  const made = randomUUID();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.next`, made, { mode: 0o600, flush: true });
  renameSync(`${file}.next`, file);
  return made;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
