import { chmodSync } from "node:fs";
import { spawn, type IPty } from "@lydell/node-pty";
import type { WebSocket } from "ws";
import type { TerminalControl } from "@/lib/protocol/engine";
import type { AgentSide } from "../room/agent-side";

const SCROLLBACK_BYTES = 262_144;
/** Above this the shell waits: a page that can't keep up must not fill the engine's memory. */
const MAX_BUFFERED_BYTES = 1_048_576;
const RESUME_POLL_MS = 50;

const clamp = (value: number, min: number, max: number) =>
  Math.min(max, Math.max(min, Math.trunc(value)));

/** One shell of the agent's side. It lives until it exits; sockets come and go. */
export class Terminal {
  readonly #pty: IPty;
  readonly #sockets = new Set<WebSocket>();
  readonly #exitListeners = new Set<() => void>();
  #scrollback: Buffer[] = [];
  #scrollbackBytes = 0;
  #isPaused = false;

  constructor(side: AgentSide, cwd: string, size: { cols: number; rows: number }) {
    this.#pty = side.asFirstToEnd(() =>
      spawn("/bin/bash", [], {
        name: "xterm-256color",
        cols: clamp(size.cols, 2, 500),
        rows: clamp(size.rows, 2, 300),
        cwd,
        env: side.environment({ SHELL: "/bin/bash" }),
        encoding: null,
        ...(side.uid === null ? {} : { uid: side.uid, gid: side.uid }),
      }),
    );
    this.#giveToAgentSide(side);
    this.#pty.onData((chunk) => this.#output(Buffer.from(chunk)));
    this.#pty.onExit(({ exitCode }) => this.#exit(exitCode));
  }

  /** The engine made the device; programs such as `script` and `gpg` open it again by its name. */
  #giveToAgentSide(side: AgentSide): void {
    const { ptsName } = this.#pty as IPty & { ptsName?: string };
    if (side.uid === null || ptsName === undefined) return;
    try {
      chmodSync(ptsName, 0o666); // no other user than these two is in the room
    } catch {
      // Another kind of /dev/pts: the open descriptor works all the same.
    }
  }

  attach(socket: WebSocket): void {
    for (const chunk of this.#scrollback) socket.send(chunk);
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.terminate());
    socket.on("message", (raw: Buffer, isBinary: boolean) => {
      // The library writes bytes as they are; its types know texts only.
      if (isBinary) this.#pty.write(raw as unknown as string);
      else this.#control(raw.toString());
    });
  }

  resize(cols: number, rows: number): void {
    this.#pty.resize(clamp(cols, 2, 500), clamp(rows, 2, 300));
  }

  onExit(listener: () => void): void {
    this.#exitListeners.add(listener);
  }

  #control(text: string): void {
    try {
      const message = JSON.parse(text) as { type?: unknown; cols?: unknown; rows?: unknown };
      const { type, cols, rows } = message;
      if (type === "resize" && typeof cols === "number" && typeof rows === "number") {
        this.resize(cols, rows);
      }
    } catch {
      // Not a message of the protocol: nothing to do for it.
    }
  }

  #output(chunk: Buffer): void {
    this.#scrollback.push(chunk);
    this.#scrollbackBytes += chunk.length;
    while (this.#scrollbackBytes > SCROLLBACK_BYTES && this.#scrollback.length > 1) {
      this.#scrollbackBytes -= this.#scrollback.shift()?.length ?? 0;
    }
    for (const socket of this.#sockets) socket.send(chunk);
    this.#slowDown();
  }

  #slowDown(): void {
    const isBehind = [...this.#sockets].some((ws) => ws.bufferedAmount > MAX_BUFFERED_BYTES);
    if (isBehind === this.#isPaused) {
      if (isBehind) setTimeout(() => this.#slowDown(), RESUME_POLL_MS);
      return;
    }
    this.#isPaused = isBehind;
    if (!isBehind) return this.#pty.resume();
    this.#pty.pause();
    setTimeout(() => this.#slowDown(), RESUME_POLL_MS);
  }

  #exit(exitCode: number): void {
    const message: TerminalControl = { type: "exit", exitCode };
    for (const socket of this.#sockets) {
      socket.send(JSON.stringify(message));
      socket.close(1000);
    }
    for (const listener of this.#exitListeners) listener();
  }
}
