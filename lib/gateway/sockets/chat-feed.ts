import type { ChatEvent } from "@/lib/protocol/events";

const FIRST_BATCH = 200;
const MAX_BATCH = 400;
const MIN_BATCH = 8;
const SOFT_BYTES = 1_048_576;
/** More than this is not kept for a slow reader: it is in the table. */
const MAX_OFFERED = 100;

export type FeedSource = (after: number, limit: number) => Promise<ChatEvent[]>;
/** Resolves when the batch has left for the network, so that a slow reader holds back the reading. */
export type FeedSink = (events: string) => Promise<void>;

/**
 * One chat's log on its way to one page. The cursor in the database is the queue: signals only wake it, so a lost one
 * loses nothing and a doubled one doubles nothing. Events that were just committed may be handed over, which spares the
 * reading: they are taken when they follow directly on the cursor, and dropped otherwise, for the table to tell.
 */
export class ChatFeed {
  #limit = FIRST_BATCH;
  #isRunning = false;
  #isAwake = false;
  #isClosed = false;
  #offered: ChatEvent[] = [];

  constructor(
    private cursor: number,
    private readonly source: FeedSource,
    private readonly sink: FeedSink,
    private readonly onFailure: (error: unknown) => void,
    /** Fails when the reader has lost its right. The source asks for itself; without this, nothing can be handed over. */
    private readonly mayRead: (() => Promise<void>) | null = null,
  ) {}

  wake(): void {
    this.#isAwake = true;
    if (!this.#isRunning && !this.#isClosed) void this.#run();
  }

  /** Committed events of this chat, in order and without a gap between them. */
  offer(events: readonly ChatEvent[]): void {
    if (this.mayRead === null || this.#offered.length + events.length > MAX_OFFERED) {
      this.#offered = [];
      this.wake();
      return;
    }
    this.#offered.push(...events);
    if (!this.#isRunning && !this.#isClosed) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#offered = [];
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while ((this.#isAwake || this.#offered.length > 0) && !this.#isClosed) {
        const offered = this.#takeOffered();
        if (offered.length > 0) {
          await this.mayRead?.();
          await this.#send(offered);
        } else if (this.#isAwake) {
          this.#isAwake = false;
          while (!this.#isClosed && (await this.#sendBatch()));
        }
      }
    } catch (error) {
      if (!this.#isClosed) this.onFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** What follows on the cursor. After a gap nothing does: then the table is read, which has all of it. */
  #takeOffered(): ChatEvent[] {
    const unseen = this.#offered.filter(({ seq }) => seq > this.cursor);
    this.#offered = [];
    if (unseen.every(({ seq }, index) => seq === this.cursor + 1 + index)) return unseen;
    this.#isAwake = true;
    return [];
  }

  /** True when there may be more. */
  async #sendBatch(): Promise<boolean> {
    const events = await this.source(this.cursor, this.#limit);
    if (events.length === 0) return false;
    const wasFull = events.length >= this.#limit;
    await this.#send(events);
    return wasFull;
  }

  async #send(events: readonly ChatEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined || this.#isClosed) return;
    const text = JSON.stringify(events);
    // Rows differ in size by a factor of a million: the batch shrinks and grows with what it weighs.
    this.#limit =
      text.length > SOFT_BYTES
        ? Math.max(MIN_BATCH, Math.floor(this.#limit / 4))
        : Math.min(MAX_BATCH, this.#limit * 2);
    this.cursor = last.seq;
    await this.sink(text);
  }
}
