import type { OutputQuota } from "@/lib/protocol/workspace";
import { measureTarget } from "./measure-target";
import { type QuotaFault, type Usage, UsageBook } from "./usage-book";

/** What the host's file server is about to put at a path below `output/`. */
export type Claim = {
  id: string;
  /** Names below `output/`. */
  names: string[];
  /** Bytes it will have in all, or with `isAdded` on top of what it has. */
  bytes: number;
  isAdded: boolean;
  /** Of a whole tree: how many entries besides the one at the path, and the largest file. */
  moreFiles: number;
  largestBytes: number;
};

const RECOUNT_MS = 250;
/** A recount may take this part of the time between two. */
const SHARE_OF_TIME = 20;

/**
 * The one place where the writes of a room's programs and those of the host's file server are counted together. A claim
 * is held from before its first byte until a recount after its end has seen what came of it.
 */
export class OutputAccount {
  readonly book: UsageBook;
  private readonly settled = new Set<string>();
  private isStale = false;
  private timer: NodeJS.Timeout | null = null;
  private lastCountMs = 0;

  /** `recount` sets the book's counts to what is there; it is called when an answer depends on it, and with `countsSoon` soon after each change. */
  constructor(
    private readonly rootPath: string,
    limits: OutputQuota | null,
    private readonly recount: (book: UsageBook) => void,
    private readonly countsSoon = false,
  ) {
    this.book = new UsageBook(limits);
    this.count();
  }

  reserve(claim: Claim): QuotaFault | null {
    const { oldBytes, missing } = measureTarget(this.rootPath, claim.names);
    const bytes = claim.isAdded ? claim.bytes : Math.max(0, claim.bytes - oldBytes);
    const largestBytes = claim.largestBytes + (claim.isAdded ? oldBytes : 0);
    return this.tryHold(claim.id, { files: missing + claim.moreFiles, bytes }, largestBytes);
  }

  /** More bytes of a claim whose size was not known. */
  extend(id: string, moreBytes: number, largestBytes: number): QuotaFault | null {
    return this.tryHold(id, { files: 0, bytes: moreBytes }, largestBytes);
  }

  private tryHold(id: string, more: Usage, largestBytes: number): QuotaFault | null {
    const check = () => this.book.faultOfHold(more, largestBytes);
    const fault = check() && this.refresh() ? check() : check();
    if (fault === null) this.book.hold(id, more);
    return fault;
  }

  /** What a claim was for is done, or has failed. */
  settle(id: string): void {
    this.settled.add(id);
    this.touch();
  }

  /** The file server has changed something: the counts are taken again soon. */
  touch(): void {
    this.isStale = true;
    if (!this.countsSoon) return;
    const waitMs = Math.max(RECOUNT_MS, this.lastCountMs * SHARE_OF_TIME);
    this.timer ??= setTimeout(() => this.count(), waitMs).unref();
  }

  /** Counts again when something has changed since. @returns whether it did */
  refresh(): boolean {
    if (!this.isStale) return false;
    this.count();
    return true;
  }

  usage(): Usage {
    this.refresh();
    return this.book.withHeld();
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private count(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.isStale = false;
    const begun = performance.now();
    this.recount(this.book);
    this.lastCountMs = performance.now() - begun;
    for (const id of this.settled) this.book.release(id);
    this.settled.clear();
  }
}
