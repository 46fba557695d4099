import { rmSync, writeFileSync } from "node:fs";
import { createServer, request, type IncomingMessage } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TerminalStream } from "@/lib/ports/engine-client";
import type { ListeningPort } from "@/lib/protocol/engine";
import { buildTestRuntime, ROOM_ID, TestEngine } from "../test/engine/start-engine";

let runtime: string;
let engine: TestEngine;

beforeAll(async () => {
  runtime = await buildTestRuntime();
  engine = await TestEngine.start(runtime);
});
afterAll(async () => {
  await engine.stop();
  rmSync(runtime, { recursive: true, force: true });
});

describe("exec", () => {
  it("answers output, errors and the exit code of a command", async () => {
    const result = await engine.exec("echo out; echo err >&2; exit 7");
    expect(result).toMatchObject({
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 7,
      isTimedOut: false,
    });
  });

  it("gives the command a clean environment", async () => {
    const { stdout } = await engine.exec("env | sort");
    expect(stdout).toContain("LANG=C.UTF-8\n");
    expect(stdout).toContain(`HOME=${engine.home}\n`);
    expect(stdout).toContain("__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS=.localhost\n");
    expect(stdout).not.toMatch(/VITEST|NODE_OPTIONS|npm_/);
  });

  it("ends the whole process group at the time-out", async () => {
    const result = await engine.exec(`sleep 61.${process.pid} & sleep 61.${process.pid}`, 200);
    expect(result).toMatchObject({ isTimedOut: true, signal: "SIGKILL" });
    expect((await engine.exec(`pgrep -f 'sleep 61[.]${process.pid}' || echo none`)).stdout).toBe(
      "none\n",
    );
  });

  it("ends the command when the caller goes away", async () => {
    const abort = new AbortController();
    const command = `echo begun; sleep 62.${process.pid}`;
    for await (const chunk of engine.client.exec(ROOM_ID, { command, cwd: "/" }, abort.signal)) {
      expect(chunk).toMatchObject({ type: "stdout", text: "begun\n" });
      break;
    }
    const gone = `for i in $(seq 50); do pgrep -f 'sleep 62[.]${process.pid}' || exit 0; sleep 0.05; done; exit 1`;
    expect((await engine.exec(gone)).exitCode).toBe(0);
  });

  it("does not wait for what a command left behind, and lets it run on", async () => {
    const result = await engine.exec(`sleep 33.${process.pid} & echo done`);
    expect(result).toMatchObject({ stdout: "done\n", exitCode: 0 });
    const killed = await engine.exec(`pkill -f 'sleep 33[.]${process.pid}'`);
    expect(killed.exitCode).toBe(0);
  });

  it("cuts endless output and keeps the exit", async () => {
    const result = await engine.exec("head -c 60000000 /dev/zero | tr '\\0' x; exit 3", 30_000);
    expect(result.exitCode).toBe(3);
    expect(result.stdout.length).toBeLessThanOrEqual(8 * 1_048_576);
  });

  it("refuses a folder that is not there", async () => {
    const run = async () => {
      const request = { command: "true", cwd: "/no/such/folder" };
      const signal = new AbortController().signal;
      for await (const chunk of engine.client.exec(ROOM_ID, request, signal)) void chunk;
    };
    await expect(run()).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("connect", () => {
  async function connectTo(port: number): Promise<{ status: number; body: string }> {
    const socket = await engine.connect();
    return new Promise((resolve, reject) => {
      const outgoing = request({
        path: `/connect/${port}`,
        headers: { connection: "Upgrade", upgrade: "tcp" },
        createConnection: () => socket,
      });
      outgoing.on("upgrade", (response, stream) => {
        stream.end("GET / HTTP/1.0\r\nhost: x\r\n\r\n");
        void text(stream).then((body) => resolve({ status: response.statusCode ?? 0, body }));
      });
      outgoing.on("response", (response) =>
        resolve({ status: response.statusCode ?? 0, body: "" }),
      );
      outgoing.on("error", reject);
      outgoing.end();
    });
  }
  const listen = async (server: Server, host: string) => {
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  };

  it.each(["127.0.0.1", "::1"])("reaches a server on %s", async (host) => {
    const server = createServer((_request, response) => response.end(`hello from ${host}`));
    const port = await listen(server, host);
    const { status, body } = await connectTo(port);
    server.close();
    expect(status).toBe(101);
    expect(body).toContain(`hello from ${host}`);
  });

  it("answers 502 when nobody listens, 400 when it is no port", async () => {
    const server = createTcpServer();
    const port = await listen(server, "127.0.0.1");
    await new Promise((resolve) => server.close(resolve));
    expect((await connectTo(port)).status).toBe(502);
    expect((await connectTo(99_999)).status).toBe(400);
  });
});

describe("ports", () => {
  it("lists a server with its program as soon as it listens, and no longer when it has ended", async () => {
    const list = async () => {
      const response = await fromSocket(engine, "GET", "/ports");
      return (JSON.parse(response.body) as { ports: ListeningPort[] }).ports;
    };
    writeFileSync(
      join(engine.workspace, "serve.py"),
      "import socket,time\ns=socket.create_server(('127.0.0.1',0))\nprint(s.getsockname()[1],flush=True)\ntime.sleep(60)",
    );
    const abort = new AbortController();
    const request = { command: "exec python3 serve.py", cwd: engine.workspace };
    for await (const chunk of engine.client.exec(ROOM_ID, request, abort.signal)) {
      const port = chunk.type === "stdout" ? Number(chunk.text) : 0;
      expect(await list()).toContainEqual({
        port,
        program: expect.stringMatching(/^python3.* serve.py$/),
      });
      break;
    }
    const left = (await list()).filter(({ program }) => program.includes("serve.py"));
    expect(left.length).toBeLessThanOrEqual(1);
  });
});

describe("terminal", () => {
  async function readUntil(terminal: TerminalStream, wanted: string | RegExp): Promise<string> {
    let seen = "";
    for await (const chunk of terminal.bytes.iterator({ destroyOnReturn: false })) {
      seen += String(chunk);
      if (typeof wanted === "string" ? seen.includes(wanted) : wanted.test(seen)) return seen;
    }
    throw new Error(`The terminal ended without ${String(wanted)}: ${seen}`);
  }
  const size = { cols: 90, rows: 30 };

  it("is a real terminal: size, resize, and its shell runs on while nobody looks", async () => {
    const first = await engine.client.terminal(ROOM_ID, "trm_1", size);
    first.bytes.write("stty size\n");
    await readUntil(first, "30 90");
    first.resize(100, 40);
    first.bytes.write("stty size; MARK=kept\n");
    await readUntil(first, "40 100");
    first.close();

    const second = await engine.client.terminal(ROOM_ID, "trm_1", { cols: 100, rows: 40 });
    expect(await readUntil(second, "40 100")).toContain("30 90"); // the scrollback comes first
    second.bytes.write('echo "mark is $MARK"\n');
    await readUntil(second, "mark is kept");
    const exit = new Promise((resolve) => second.onExit(resolve));
    second.bytes.write("exit 5\n");
    expect(await exit).toBe(5);
    const third = await engine.client.terminal(ROOM_ID, "trm_1", size);
    third.bytes.write('echo "fresh:$MARK:"\n');
    await readUntil(third, "fresh::");
    third.bytes.write("exit\n");
  });

  it("survives bytes that are no text and a message that is none", async () => {
    const terminal = await engine.client.terminal(ROOM_ID, "trm_2", size);
    terminal.bytes.write(Buffer.from([0xff, 0xfe, 0x00, 0x0d]));
    terminal.bytes.write("printf '\\xf0\\x9f\\x98\\x80 ok\\n'; exit\n");
    expect(await readUntil(terminal, "\u{1F600} ok")).toContain("\u{1F600} ok");
  });
});

describe("the control socket", () => {
  it("answers 404 to what it does not know and 400 to what it can't read", async () => {
    expect((await fromSocket(engine, "GET", "/nothing")).status).toBe(404);
    expect((await fromSocket(engine, "DELETE", "/turns")).status).toBe(404);
    expect((await fromSocket(engine, "POST", "/turns", "{")).status).toBe(400);
    expect((await fromSocket(engine, "POST", "/turns", '{"turnId":7}')).status).toBe(400);
    expect((await fromSocket(engine, "POST", "/exec", '{"command":""}')).status).toBe(400);
  });
});

async function fromSocket(of: TestEngine, method: string, path: string, body = "") {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath: of.socketPath, method, path, agent: false }, resolve)
      .on("error", reject)
      .end(body);
  });
  return { status: response.statusCode, body: await text(response) };
}
