type Task = () => Promise<void>;

/** Runs tasks in the order they came, a few at once. A task must not reject. */
export class TaskLine {
  readonly #waiting: Task[] = [];
  #running = 0;

  constructor(private readonly atOnce: number) {}

  add(task: Task): void {
    this.#waiting.push(task);
    if (this.#running < this.atOnce) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running += 1;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) await task();
    this.#running -= 1;
  }
}
