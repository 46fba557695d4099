import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

export const checkout = path.join(import.meta.dirname, "../..");
const nodeBinary = path.join(checkout, "node_modules/node/bin/node");

/** One line of /proc: the command, its parent and whether it is only waiting to be reaped. */
export type Running = { pid: number; parentPid: number; command: string; uid: number };

/** Every process of the machine that is not a zombie. */
export function runningPrograms(): Running[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        const field = (key: string) =>
          new RegExp(`^${key}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "";
        if (field("State") === "Z" || field("State") === "X") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const [parentPid, uid] = [Number(field("PPid")), Number(field("Uid"))];
        return [{ pid: Number(name), parentPid, command, uid }];
      } catch {
        return [];
      }
    });
}

/** The processes below `pid`, itself included. */
export function programTree(pid: number): Running[] {
  const all = runningPrograms();
  const below = (parent: number): Running[] =>
    all.filter((one) => one.parentPid === parent).flatMap((one) => [one, ...below(one.pid)]);
  return [...all.filter((one) => one.pid === pid), ...below(pid)];
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until `isTrue` holds. @throws Error after `timeoutMs` */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
) {
  const deadline = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`It took too long until ${what}.`);
    await sleep(50);
  }
}

type Options = { port: number; dataDir?: string; uidBase: number; env?: Record<string, string> };

/** User ids for the rooms of this process: two runs on one machine must not end each other's rooms. */
// At most 2,000,000,000, as WORKROOM_UID_BASE: Node takes no user id of 2^31 or more.
export const ownUidBase = () => 200_000_000 + (process.pid % 450) * 4_000_000;

/** The real product, started through its supervisor on a data folder of its own. */
export class TestInstallation {
  readonly dataDir: string;
  private child: ChildProcess | null = null;
  output = "";

  constructor(private readonly options: Options) {
    this.dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), "workroom-e2e-"));
  }

  get origin(): string {
    return `http://workroom.localhost:${this.options.port}`;
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error("The installation does not run.");
    return this.child.pid;
  }

  async start(): Promise<void> {
    this.output = "";
    const child = spawn(nodeBinary, [path.join(checkout, "dist/up.mjs")], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: {
        PATH: process.env.PATH ?? "",
        LANG: "C.UTF-8",
        ...(process.env.WORKROOM_TEST_RUN
          ? { WORKROOM_TEST_RUN: process.env.WORKROOM_TEST_RUN }
          : {}),
        PORT: String(this.options.port),
        WORKROOM_DATA_DIR: this.dataDir,
        WORKROOM_UID_BASE: String(this.options.uidBase),
        ...this.options.env,
      } as unknown as NodeJS.ProcessEnv,
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    await until(
      "the product runs",
      () => {
        if (child.exitCode !== null) throw new Error(`The product did not start:\n${this.output}`);
        return this.output.includes("Workroom runs") && this.output.includes("Ctrl-C");
      },
      120_000,
    );
  }

  /** The link of the first visit, as the operator sees it. */
  get setupLink(): string {
    const link = /http:\/\/\S+\/setup\?token=\S+/.exec(this.output)?.[0];
    if (!link) throw new Error(`No set-up link was printed:\n${this.output}`);
    return link;
  }

  /** The main process of a part: "web", "host" or "postgres". */
  pidOf(part: "web" | "host" | "postgres"): number {
    const pid = this.findPid(part);
    if (pid === null) throw new Error(`${part} does not run:\n${this.output}`);
    return pid;
  }

  /** The same, or null while it is down. */
  findPid(part: "web" | "host" | "postgres"): number | null {
    const marks = { web: "dist/server.mjs", host: "dist/host.mjs", postgres: "/bin/postgres -D" };
    const found = programTree(this.pid).find(({ command }) => command.includes(marks[part]));
    return found?.pid ?? null;
  }

  /** Host uids of this installation's rooms. */
  isRoomProgram({ uid }: Running): boolean {
    return uid >= this.options.uidBase && uid < this.options.uidBase + 60 * 65_536;
  }

  roomPrograms(): Running[] {
    return runningPrograms().filter((one) => this.isRoomProgram(one));
  }

  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    process.kill(this.pid, signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 90_000);
    await ended;
    clearTimeout(timer);
  }

  /** Everything that still runs for this installation. */
  leftovers(): Running[] {
    return runningPrograms().filter(
      (one) => this.isRoomProgram(one) || one.command.includes(this.dataDir),
    );
  }

  /** Ends what is left, so that a failed test does not disturb the next; gives what it was. */
  endLeftovers(): string[] {
    const left = this.leftovers();
    for (const { pid } of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended in the meantime.
      }
    }
    return left.map(({ pid, command }) => `${pid} ${command}`);
  }

  remove(): void {
    if (existsSync(this.dataDir)) rmSync(this.dataDir, { recursive: true, force: true });
  }

  logTail(name: "web" | "host" | "database"): string {
    const file = path.join(this.dataDir, "logs", `${name}.log`);
    return existsSync(file) ? readFileSync(file, "utf8").slice(-4_000) : "";
  }
}

/** A plain HTTP request to the product by its address; Node can't resolve names below localhost. */
export function rawRequest(
  port: number,
  host: string,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string },
): Promise<{
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port,
        method: options.method ?? "GET",
        path: options.path,
        headers: { host: `${host}:${port}`, ...options.headers },
        agent: false,
        timeout: 30_000,
      },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => (body += text));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        );
        answer.on("error", reject);
      },
    );
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
    call.end(options.body);
  });
}
