/** Aborts a model that says nothing for too long. Tools may take their own time: while one runs, the watch rests. */
export class IdleWatch {
  readonly #controller = new AbortController();
  readonly #openCalls = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly idleMs: number) {
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    this.stop();
    if (this.#openCalls.size > 0) return;
    this.#timer = setTimeout(() => this.#controller.abort(), this.idleMs);
  }

  toolStarted(id: string): void {
    this.#openCalls.add(id);
    this.stop();
  }

  toolEnded(id: string): void {
    this.#openCalls.delete(id);
    this.touch();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
