import type { Readable } from "node:stream";

/** Bytes `start` to `end`, both inside the object and both counted from 0; `end` is inclusive, as in HTTP. */
export type ByteRange = { start: number; end: number };

/** `etag` changes with every change of the object, and says nothing else. */
export type StoredObject = { key: string; size: number; etag: string; modifiedAt: Date };

export type PutOptions = {
  signal?: AbortSignal;
  /** Short texts kept beside the object where the store can (S3), and left out where it can't. Names: `a-z`, `0-9`, `-`. */
  metadata?: Readonly<Record<string, string>>;
};

/**
 * Objects by key (a local directory, S3). Keys are relative, `/`-separated UTF-8 names of 1 to 255 bytes, 1,024 bytes in
 * all; a key with an empty, `.` or `..` name or a NUL is refused with `invalid_input` (`lib/workspace/object-key.ts`).
 *
 * Besides what each method names, every one throws AppError `unavailable` when the store can't be reached or does not
 * answer in time, `forbidden` when it refuses our key, and `disk_full`; the caller may try again with the same input.
 */
export interface ObjectStore {
  /**
   * Durable when it resolves (fsync, or the store's answer): whole under its key, or not there at all. Writing the same
   * key again replaces the object; with the same bytes it is a no-op.
   */
  put(key: string, body: Uint8Array | Readable, options?: PutOptions): Promise<{ etag: string }>;
  /** The stream ends early with `unavailable`, never with fewer bytes than were asked for. @throws AppError `not_found` */
  get(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>;
  /** @throws AppError `not_found` */
  getBytes(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Buffer>;
  size(key: string): Promise<number | null>;
  /** Keys below a prefix in byte order, after `after`; at most `limit`. */
  list(prefix: string, options?: ListOptions): Promise<string[]>;
  /** As `list`. What somebody else put under a name that is no key of this port is left out. */
  listObjects(prefix: string, options?: ListOptions): Promise<StoredObject[]>;
  /** What lies under a key, without its bytes. */
  stat(key: string): Promise<StoredObjectWithMetadata | null>;
  delete(key: string): Promise<void>;
  /** @throws when the store can't be read or written now */
  check(): Promise<void>;
}

export type ListOptions = { after?: string; limit?: number };
export type StoredObjectWithMetadata = StoredObject & {
  metadata: Readonly<Record<string, string>>;
};
