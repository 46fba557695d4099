import type { Readable } from "node:stream";

/** Bytes `start` to `end`, both inside the object and both counted from 0; `end` is inclusive, as in HTTP. */
export type ByteRange = { start: number; end: number };

/**
 * Immutable objects by key (a local directory, S3). Keys are relative, `/`-separated names of `A-Za-z0-9._-`;
 * a key with an empty, `.` or `..` name is refused with `invalid_input`.
 */
export interface ObjectStore {
  /** Durable when it resolves (fsync, or the store's answer). Writing the same key again with the same bytes is a no-op. */
  put(key: string, body: Uint8Array | Readable, options?: { signal?: AbortSignal }): Promise<void>;
  /** @throws AppError `not_found` */
  get(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>;
  /** @throws AppError `not_found` */
  getBytes(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Buffer>;
  size(key: string): Promise<number | null>;
  /** Keys below a prefix in byte order, after `after`; at most `limit`. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<string[]>;
  delete(key: string): Promise<void>;
  /** @throws when the store can't be read or written now */
  check(): Promise<void>;
}
