import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { EngineSettings } from "../config";
import { RequestRefused } from "../control/http";

const MAX_BYTES = 64 * 1_048_576;
/** Modules of an organisation that stay in a room, for the next run. */
const KEPT_MODULES = 6;
const SHA256 = /^[0-9a-f]{64}$/;

const folderOf = ({ stateDir }: EngineSettings) => join(stateDir, "plugins");

/** A module that was brought, opened for a runner, who can't reach it by its name. @throws RequestRefused 409 when it is not here */
export function openPlugin(
  settings: EngineSettings,
  sha256: string,
): { fd: number; close: () => void } {
  if (!SHA256.test(sha256)) throw new RequestRefused(400, "sha256: 64 digits.");
  const path = join(folderOf(settings), sha256);
  try {
    const fd = openSync(path, "r");
    const now = Date.now() / 1_000;
    utimesSync(path, now, now);
    return { fd, close: () => closeSync(fd) };
  } catch {
    throw new RequestRefused(409, "This module is not in the room.");
  }
}

/** Takes a module in, under the hash of its bytes. */
export async function takePlugin(
  settings: EngineSettings,
  sha256: string,
  request: IncomingMessage,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new RequestRefused(413, "The module is too large.");
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw new RequestRefused(400, "The bytes are not those of this hash.");
  const folder = folderOf(settings);
  mkdirSync(folder, { recursive: true });
  for (const old of oldest(folder)) rmSync(join(folder, old), { force: true });
  writeFileSync(join(folder, `${sha256}.part`), bytes);
  renameSync(join(folder, `${sha256}.part`), join(folder, sha256));
}

const oldest = (folder: string) =>
  readdirSync(folder)
    .map((name) => ({ name, usedAt: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .slice(KEPT_MODULES - 1)
    .map(({ name }) => name);
