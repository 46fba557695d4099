import { closeSync, constants, openSync, readSync } from "node:fs";
import type { RoomLimits } from "@/lib/protocol/host";

const MAX_RECORD_BYTES = 8_192;
const MAX_RECORDS = 50_000;

/** The program that the kernel last killed for want of memory in a cgroup; `null` where its log can't be read. */
export function findKilledProgram(cgroup: string): string | null {
  let fd: number;
  try {
    fd = openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const bytes = Buffer.alloc(MAX_RECORD_BYTES);
  let program: string | null = null;
  try {
    for (let count = 0; count < MAX_RECORDS; count += 1) {
      const record = readRecord(fd, bytes);
      if (record === "end") break;
      if (record.includes(`${cgroup},task_memcg=`))
        program = /,task=([^,]*),/.exec(record)?.[1] ?? program;
    }
  } finally {
    closeSync(fd);
  }
  return program;
}

function readRecord(fd: number, bytes: Buffer): string {
  try {
    return bytes.toString("utf8", 0, readSync(fd, bytes));
  } catch (error) {
    // EPIPE: the ring moved on while it was read; the next read goes on with what is still there.
    return (error as NodeJS.ErrnoException).code === "EPIPE" ? "" : "end";
  }
}

export function describeMemoryKill(program: string | null, limits: RoomLimits): string {
  const limit = `${Number((limits.memoryBytes / 1_073_741_824).toFixed(2))} GiB`;
  return `out of memory: ${program ?? "a program"}, limit ${limit}`;
}
