import { readFile, readdir } from "node:fs/promises";
import type { ProcessMark } from "./room-record";

/** First uid of a room's block and how many follow; inside, uid 0 is the first. */
export const ROOM_UIDS = 65_536;

type ProcessState = { startTime: string; isZombie: boolean };

async function readState(pid: number): Promise<ProcessState | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  // The program's name may hold spaces and brackets: fields count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return startTime === undefined ? null : { startTime, isZombie: state === "Z" || state === "X" };
}

/** A mark of a process that runs now; `null` when it has ended. */
export async function markProcess(pid: number): Promise<ProcessMark | null> {
  const state = await readState(pid);
  return state && !state.isZombie ? { pid, startTime: state.startTime } : null;
}

/** A zombie has ended: PID 1 of some machines collects orphans minutes later. */
export async function isRunning(mark: ProcessMark): Promise<boolean> {
  const state = await readState(mark.pid);
  return state !== null && !state.isZombie && state.startTime === mark.startTime;
}

/** Kills exactly the marked process. */
export async function killMarked(mark: ProcessMark): Promise<void> {
  if (await isRunning(mark)) signal(mark.pid, "SIGKILL");
}

/** Every process whose real or effective uid lies in a room's block, its network helper among them. */
export async function listProcessesOfBlock(firstUid: number): Promise<number[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
      const uids = /^Uid:\s+(\d+)\s+(\d+)/m.exec(status);
      const isZombie = /^State:\s+[ZX]/m.test(status);
      const isOfBlock = [uids?.[1], uids?.[2]].some(
        (uid) => uid !== undefined && Number(uid) >= firstUid && Number(uid) < firstUid + ROOM_UIDS,
      );
      return isOfBlock && !isZombie ? [Number(name)] : [];
    }),
  );
  return found.flat();
}

/** @returns the processes of a room's block that are still there after `timeoutMs` */
export async function killBlock(firstUid: number, timeoutMs: number): Promise<number[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const pids = await listProcessesOfBlock(firstUid);
    if (pids.length === 0 || performance.now() > deadline) return pids;
    for (const pid of pids) signal(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const readBootId = async () =>
  (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
