import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

type Attempt = { isTaken: true; fd: number } | { isTaken: false; holder: string };

function tryLock(root: string): Attempt {
  const file = path.join(root, "lock");
  const fd = openSync(file, "a+", 0o600);
  const locked = spawnSync("flock", ["--exclusive", "--nonblock", "3"], {
    stdio: ["ignore", "ignore", "pipe", fd],
    timeout: 10_000,
  });
  if (locked.status === 0) return { isTaken: true, fd };
  closeSync(fd);
  if (locked.error) throw new PlainFailure(`flock can't be run: ${locked.error.message}`);
  return { isTaken: false, holder: readFileSync(file, "utf8").trim() };
}

/** Whether an installation runs on this folder now. */
export function isFolderLocked(root: string): boolean {
  const attempt = tryLock(root);
  if (attempt.isTaken) closeSync(attempt.fd);
  return !attempt.isTaken;
}

/**
 * Takes the data folder for this process. The kernel drops the lock when the process ends, however it ends: `flock`
 * locks the open file that it shares with us, so the lock outlives that command and lives as long as our descriptor.
 *
 * @throws PlainFailure when another process holds the folder
 */
export function lockFolder(root: string): () => void {
  const attempt = tryLock(root);
  if (!attempt.isTaken)
    throw new PlainFailure(
      `Workroom already runs on ${root}${attempt.holder ? ` (pid ${attempt.holder})` : ""}. ` +
        `Stop it first, or start this one on another folder: WORKROOM_DATA_DIR=… PORT=… npm run up`,
    );
  ftruncateSync(attempt.fd);
  writeSync(attempt.fd, `${process.pid}\n`);
  return () => closeSync(attempt.fd);
}
