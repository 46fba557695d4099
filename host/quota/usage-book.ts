import type { OutputQuota } from "@/lib/protocol/workspace";

export type Usage = { files: number; bytes: number };

/** What stands against a change, named as the system call names it. */
export type QuotaFault = "EFBIG" | "EDQUOT";

/**
 * Counts of one room's `output/` against its quota: every entry is a file (folders and links too), a file's bytes are
 * its size (holes count), those of a hard-linked one once. Held is what the host's file server is about to write.
 */
export class UsageBook {
  files = 0;
  bytes = 0;
  private readonly holds = new Map<string, Usage>();
  private heldFiles = 0;
  private heldBytes = 0;

  constructor(public limits: OutputQuota | null) {}

  /** Whether one more entry is within the quota. */
  faultOfEntry(): QuotaFault | null {
    return this.limits !== null && this.files + this.heldFiles >= this.limits.maxFiles
      ? "EDQUOT"
      : null;
  }

  /** Whether a file may grow from `oldBytes` to `newBytes`. Shrinking always may. */
  faultOfGrowth(oldBytes: number, newBytes: number): QuotaFault | null {
    if (this.limits === null || newBytes <= oldBytes) return null;
    if (newBytes > this.limits.maxFileBytes) return "EFBIG";
    const total = this.bytes + this.heldBytes + newBytes - oldBytes;
    return total > this.limits.maxTotalBytes ? "EDQUOT" : null;
  }

  /** Whether `more` fits, the largest of its files being `largestBytes`. */
  faultOfHold(more: Usage, largestBytes: number): QuotaFault | null {
    if (this.limits === null) return null;
    if (largestBytes > this.limits.maxFileBytes) return "EFBIG";
    const { files, bytes } = this.withHeld();
    const isOver =
      (more.files > 0 && files + more.files > this.limits.maxFiles) ||
      (more.bytes > 0 && bytes + more.bytes > this.limits.maxTotalBytes);
    return isOver ? "EDQUOT" : null;
  }

  hold(id: string, more: Usage): void {
    const held = this.holds.get(id) ?? { files: 0, bytes: 0 };
    this.holds.set(id, { files: held.files + more.files, bytes: held.bytes + more.bytes });
    this.heldFiles += more.files;
    this.heldBytes += more.bytes;
  }

  release(id: string): void {
    const held = this.holds.get(id);
    if (!held) return;
    this.holds.delete(id);
    this.heldFiles -= held.files;
    this.heldBytes -= held.bytes;
  }

  /** What is there and what is about to be. */
  withHeld(): Usage {
    return { files: this.files + this.heldFiles, bytes: this.bytes + this.heldBytes };
  }
}
