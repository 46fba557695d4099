const PERIODS_A_WAIT = 5;

/** Lets go of the disks of sleeping rooms that nobody has asked for in a while: each holds a loop device. */
export class IdleDisks {
  private readonly lastUse = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  /** `detach` is asked for one room at a time and keeps a disk that is still in use. */
  constructor(
    private readonly idleMs: number,
    private readonly detach: (roomId: string) => Promise<void>,
  ) {
    this.timer = setInterval(() => void this.look(), idleMs / PERIODS_A_WAIT);
    this.timer.unref();
  }

  use(roomId: string): void {
    this.lastUse.set(roomId, performance.now());
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    for (const [roomId, usedAt] of this.lastUse) {
      if (performance.now() - usedAt < this.idleMs) continue;
      this.lastUse.delete(roomId);
      // A disk that is busy gets another wait; so does one that can't be detached now.
      await this.detach(roomId).catch(() => this.use(roomId));
    }
  }
}
