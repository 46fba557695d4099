/** A lock that is held; `signal` aborts when it is lost (the connection to the database broke). */
export type Lock = { signal: AbortSignal; release(): Promise<void> };

/** Named locks that every web process sees. One that is held by a killed process is free again at once. */
export interface Locks {
  /** `null` when another holder, here or in another process, has it. */
  tryLock(name: string): Promise<Lock | null>;
  /** Waits for the lock. @throws AppError `conflict` when it is not free within `timeoutMs` */
  withLock<T>(
    name: string,
    timeoutMs: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}
