import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { type Answer, type Ask, type OutputMount, ToKeeper, type ToServer } from "../messages";
import { mountView, unmountView } from "./view-mounts";

/** Devices a server has in reserve: a mount needs one that it was started with. */
const SPARE_DEVICES = 16;
const ANSWER_MS = 10_000;
/** A server that ends at once again and again is not started more often than this. */
const RESTART_MS = 250;

type Served = { mount: OutputMount; device: number; claims: Map<string, Ask> };
type Waiting = { resolve: (answer: Answer | null) => void; timer: NodeJS.Timeout };

/**
 * The server of one group of rooms, and the FUSE devices of its mounts. This process holds the devices open too, so the
 * mounts outlive the server: one that dies is started again and goes on with them.
 */
export class ServerGroup {
  private child: ChildProcess | null = null;
  private devices: number[] = [];
  private spare: number[] = [];
  private readonly served = new Map<string, Served>();
  private readonly waiting = new Map<string, Waiting>();
  private startedAt = 0;
  private nextAsk = 1;

  /** `command`: the program of a server with its arguments. */
  constructor(private readonly command: readonly [string, ...string[]]) {}

  get isEmpty(): boolean {
    return this.served.size === 0;
  }

  has(roomId: string): boolean {
    return this.served.has(roomId);
  }

  async open(mount: OutputMount): Promise<void> {
    if (this.spare.length === 0) this.renew();
    const device = this.spare.shift();
    if (device === undefined) throw new Error("No FUSE device is left");
    await mountView(mount.workspacePath, mount.viewPath, device);
    const served = { mount, device, claims: new Map<string, Ask>() };
    this.served.set(mount.roomId, served);
    const isServing = await this.serve(served, false);
    if (!isServing) throw new Error("The quota server did not answer");
  }

  async close(roomId: string): Promise<void> {
    const served = this.served.get(roomId);
    if (!served) return;
    this.served.delete(roomId);
    await unmountView(served.mount.viewPath).catch(() => null);
    this.send({ type: "drop", roomId });
    closeSync(served.device);
    if (this.isEmpty) this.end();
  }

  setLimits(roomId: string, limits: OutputMount["limits"]): void {
    const served = this.served.get(roomId);
    if (!served) return;
    served.mount = { ...served.mount, limits };
    this.send({ type: "limits", roomId, limits });
  }

  async ask(roomId: string, ask: Ask): Promise<Answer> {
    const served = this.served.get(roomId);
    if (!served) return { usage: null, fault: null };
    if (ask.kind === "settle") served.claims.delete(ask.id);
    const answer = await this.askServer(roomId, ask);
    if (!answer) throw new Error("The quota server did not answer");
    if (ask.kind === "reserve" && !answer.fault) served.claims.set(ask.claim.id, ask);
    return answer;
  }

  /** Ends the server with everything it serves. */
  end(): void {
    const { child } = this;
    this.child = null;
    child?.kill("SIGKILL");
    for (const fd of this.spare) closeSync(fd);
    this.spare = [];
    for (const { resolve, timer } of this.waiting.values()) {
      clearTimeout(timer);
      resolve(null);
    }
    this.waiting.clear();
  }

  /** A server with all devices of the mounts there are, and new ones in reserve; takes the place of the last. */
  private renew(): void {
    const { child } = this;
    this.child = null;
    child?.kill("SIGKILL");
    for (const fd of this.spare) closeSync(fd);
    this.spare = Array.from({ length: SPARE_DEVICES }, () => openSync("/dev/fuse", "r+"));
    this.devices = [...[...this.served.values()].map(({ device }) => device), ...this.spare];
    this.startedAt = performance.now();
    const [file, ...args] = this.command;
    const next = spawn(file, args, {
      env: {} as NodeJS.ProcessEnv,
      cwd: "/",
      stdio: ["pipe", "inherit", "inherit", "ipc", ...this.devices],
    });
    this.child = next;
    next.on("error", () => null);
    next.stdin?.on("error", () => null);
    next.on("message", (message) => this.take(ToKeeper.parse(message)));
    next.once("exit", () => {
      if (this.child === next) this.restart();
    });
    for (const served of this.served.values()) void this.serve(served, true);
  }

  private restart(): void {
    this.child = null;
    const livedMs = performance.now() - this.startedAt;
    const wait = Math.max(0, RESTART_MS - livedMs);
    setTimeout(() => {
      if (this.child === null && !this.isEmpty) this.renew();
    }, wait);
  }

  private async serve(served: Served, isTakeover: boolean): Promise<boolean> {
    const { roomId, workspacePath, limits } = served.mount;
    const slot = this.devices.indexOf(served.device);
    const rootPath = `${workspacePath}/output`;
    const serving = this.expect(`serving ${roomId}`);
    this.send({ type: "serve", slot, roomId, rootPath, limits, isTakeover });
    // What the file server was about to write when the last server died is held again.
    for (const claim of served.claims.values()) void this.askServer(roomId, claim);
    return (await serving) !== null;
  }

  private askServer(roomId: string, ask: Ask): Promise<Answer | null> {
    const id = this.nextAsk;
    this.nextAsk += 1;
    const answer = this.expect(`answer ${id}`);
    this.send({ type: "ask", id, roomId, ask });
    return answer;
  }

  private expect(key: string): Promise<Answer | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.delete(key);
        resolve(null);
      }, ANSWER_MS);
      this.waiting.set(key, { resolve, timer });
    });
  }

  private take(message: ToKeeper): void {
    if (message.type === "ready") return;
    const isAnswer = message.type === "answer";
    const key = isAnswer ? `answer ${message.id}` : `serving ${message.roomId}`;
    const found = this.waiting.get(key);
    if (!found) return;
    this.waiting.delete(key);
    clearTimeout(found.timer);
    found.resolve(isAnswer ? message.answer : { usage: null, fault: null });
  }

  /** Lost when the server is dying: the next one is told everything anew. */
  private send(message: ToServer): void {
    this.child?.send(message, () => undefined);
  }
}
