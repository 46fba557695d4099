import { readFile, rename, writeFile } from "node:fs/promises";
import { createBreather } from "@/lib/local-tree/breather";

const LINE = /^([0-9a-f]{64}) ([\d-]+) (".*")$/;

export type KeptFile = { key: string; sha256: string };

/**
 * SHA-256 and stat key of files by path, in a file of one line a path. Read after a restart, it saves reading every
 * file of the tree again; it also tells which contents were committed from this disk. A lost file costs only time.
 */
export async function loadStatKeys(file: string): Promise<Map<string, KeptFile>> {
  const kept = new Map<string, KeptFile>();
  const breathe = createBreather();
  const text = await readFile(file, "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    const [, sha256, key, path] = LINE.exec(line) ?? [];
    if (sha256 && key && path) kept.set(unquote(path), { key, sha256 });
    await breathe();
  }
  return kept;
}

export async function saveStatKeys(
  file: string,
  kept: Iterable<[path: string, kept: KeptFile]>,
): Promise<void> {
  const breathe = createBreather();
  const lines: string[] = [];
  for (const [path, { key, sha256 }] of kept) {
    lines.push(`${sha256} ${key} ${JSON.stringify(path)}\n`);
    await breathe();
  }
  await writeFile(`${file}.next`, lines.join(""), { mode: 0o600 });
  await rename(`${file}.next`, file);
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return "";
  }
}
