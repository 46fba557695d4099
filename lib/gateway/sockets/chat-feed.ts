import type { ChatEvent } from "@/lib/protocol/events";

const FIRST_BATCH = 200;
const MAX_BATCH = 400;
const MIN_BATCH = 8;
const SOFT_BYTES = 1_048_576;

export type FeedSource = (after: number, limit: number) => Promise<ChatEvent[]>;
/** Resolves when the batch has left for the network, so that a slow reader holds back the reading. */
export type FeedSink = (events: string) => Promise<void>;

/**
 * One chat's log on its way to one page. The cursor in the database is the queue: signals only wake it, so a lost one
 * loses nothing and a doubled one doubles nothing.
 */
export class ChatFeed {
  #limit = FIRST_BATCH;
  #isRunning = false;
  #isAwake = false;
  #isClosed = false;

  constructor(
    private cursor: number,
    private readonly source: FeedSource,
    private readonly sink: FeedSink,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  wake(): void {
    this.#isAwake = true;
    if (!this.#isRunning && !this.#isClosed) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isAwake && !this.#isClosed) {
        this.#isAwake = false;
        while (!this.#isClosed && (await this.#sendBatch()));
      }
    } catch (error) {
      if (!this.#isClosed) this.onFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** True when there may be more. */
  async #sendBatch(): Promise<boolean> {
    const events = await this.source(this.cursor, this.#limit);
    const last = events.at(-1);
    if (last === undefined || this.#isClosed) return false;
    const text = JSON.stringify(events);
    const wasFull = events.length >= this.#limit;
    // Rows differ in size by a factor of a million: the batch shrinks and grows with what it weighs.
    this.#limit =
      text.length > SOFT_BYTES
        ? Math.max(MIN_BATCH, Math.floor(this.#limit / 4))
        : Math.min(MAX_BATCH, this.#limit * 2);
    this.cursor = last.seq;
    await this.sink(text);
    return wasFull;
  }
}
