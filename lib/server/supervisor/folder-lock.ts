import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

/** User ids of some thousand rooms. */
const UID_DISTANCE = 500_000_000;

type Attempt = { isTaken: true; fd: number } | { isTaken: false; holder: string };

const lockFile = (root: string) => path.join(root, "lock");

function tryLock(file: string): Attempt {
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
  const attempt = tryLock(lockFile(root));
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
  const attempt = tryLock(lockFile(root));
  if (!attempt.isTaken)
    throw new PlainFailure(
      `Workroom already runs on ${root}${attempt.holder ? ` (pid ${attempt.holder})` : ""}. ` +
        `Stop it first, or start this one on another folder: WORKROOM_DATA_DIR=… PORT=… npm run up`,
    );
  return keep(attempt.fd);
}

/**
 * Takes the rooms' user ids for this process: two installations of one machine with the same ids would end each
 * other's rooms, since what runs under a room's ids is that room's. `folder` is root's own, the same for all.
 *
 * @throws PlainFailure when another installation that runs now has them
 */
export function lockRoomUids(uidBase: number, folder = "/run"): () => void {
  const attempt = tryLock(path.join(folder, `workroom-uids-${uidBase}.lock`));
  if (!attempt.isTaken)
    throw new PlainFailure(
      `Another Workroom on this machine (pid ${attempt.holder}) gives its rooms the user ids from ${uidBase}. ` +
        `Give this one others: WORKROOM_UID_BASE=${uidBase + UID_DISTANCE} npm run up`,
    );
  return keep(attempt.fd);
}

function keep(fd: number): () => void {
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`);
  return () => closeSync(fd);
}
