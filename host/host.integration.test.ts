import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { createLog } from "@/lib/log";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostEvent } from "@/lib/protocol/host";
import { fileCall } from "@/test/host/file-call";
import {
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
  roomLimits,
  type Sandboxes,
} from "@/test/sandbox/sandbox-fixture";
import { createHost } from "./create-host";
import { stateOf } from "@/lib/workspace/workspace-state";
import { openWorkspace } from "@/test/host/open-workspace";

const cause = { reason: "turn_end", turnId: null, actorId: null } as const;
const runtimes: Record<"engine" | "stand-in", string> = { engine: "", "stand-in": "" };
beforeAll(async () => {
  for (const kind of ["engine", "stand-in"] as const)
    runtimes[kind] = await makeRuntimeFolder(kind);
});
afterAll(() => {
  for (const folder of Object.values(runtimes)) rmSync(folder, { recursive: true, force: true });
});

let sandboxes: Sandboxes;
let server: Server;
let host: RoomHost;
let roomId: string;
let stopHost: () => void;

/** The host over real sandboxes, and the web's end of its socket. */
async function openHost(
  kind: keyof typeof runtimes,
  over: { dataDir?: string; uidBase?: number; endpoints?: string[]; reserve?: number } = {},
) {
  const { dataDir, uidBase, endpoints = [], reserve = 1 } = over;
  sandboxes = openSandboxes({
    runtimeDir: runtimes[kind],
    ...(dataDir && { dataDir }),
    ...(uidBase && { uidBase }),
  });
  const made = createHost({
    dataDir: sandboxes.dataDir,
    provisioner: sandboxes.provisioner,
    maxUploadBytes: 1_000_000_000,
    diskReserveBytes: reserve,
    allowedEndpoints: endpoints,
    log: createLog("host-test", "error"),
  });
  stopHost = made.stop;
  server = await made.start();
  const socketPath = join(sandboxes.dataDir, "host.sock");
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  host = createUnixRoomHost({ socketPath });
}
async function closeServer() {
  stopHost();
  server.close();
  server.closeAllConnections();
}
const start = (epoch = 1) =>
  host.call("start", { roomId, epoch, limits: roomLimits }, { timeoutMs: 40_000 });

beforeEach(() => {
  roomId = newRoomId();
});
afterEach(async () => {
  await host.call("destroy", { roomId });
  await closeServer();
  await sandboxes.close();
  rmSync(sandboxes.dataDir, { recursive: true, force: true });
});

describe("a host with a real room", () => {
  test("shares files with it, saves them, gives them back, and finds its servers", async () => {
    await openHost("engine");
    await start();
    const run = async (command: string) => (await sandboxes.run(roomId, command)).output;

    await host.writeFile(roomId, "input/sales.csv", Readable.from(["a,b\n1,2\n"]));
    expect(await run("cat input/sales.csv; echo x > input/new; rm input/sales.csv")).toMatch(
      /^a,b\n1,2\n[\s\S]*Read-only[\s\S]*Read-only/,
    );
    expect(
      await run("mkdir -p app && echo made in the room > app/index.html && ls -ln app | tail -1"),
    ).toContain("1000");
    expect(await text((await host.readFile(roomId, "app/index.html")).body)).toBe(
      "made in the room\n",
    );
    const edit = { path: "app/index.html", content: "edited by a person\n" };
    await fileCall(host, roomId, "write", edit);
    expect(
      await run("cat app/index.html; echo and by the room >> app/index.html && cat app/index.html"),
    ).toContain("and by the room");

    await openWorkspace(host, roomId);
    const first = (await host.call("snapshot", { roomId, epoch: 1, parent: null, cause }))!;
    expect(first).toMatchObject({ added: 2, unsettled: [] });
    await run("rm -r app; echo extra > extra; ln -s /etc/passwd leak");
    const second = await host.call("snapshot", {
      roomId,
      epoch: 1,
      parent: first.manifest,
      cause,
    });
    expect(second).toMatchObject({ added: 2, removed: 1 });
    await host.call("restore", { roomId, state: stateOf(first.manifest) });
    expect(await run("cat app/index.html; ls")).toBe(
      "edited by a person\nand by the room\napp\ninput\noutput\n",
    );
    expect(await run("echo still mine >> app/index.html && tail -1 app/index.html")).toBe(
      "still mine\n",
    );

    await run(
      "cd output && (setsid python3 -m http.server 8123 --bind 127.0.0.1 >/dev/null 2>&1 &) ; for i in 1 2 3 4 5 6 7 8 9 10; do curl -s -o /dev/null 127.0.0.1:8123 && break; sleep 0.2; done",
    );
    await expect
      .poll(async () => (await host.call("ports", { roomId })).ports.map(({ port }) => port), {
        timeout: 15_000,
      })
      .toEqual([8123]);
    const stream = await host.connect(roomId, 8123);
    stream.end("GET / HTTP/1.0\r\n\r\n");
    expect(await text(stream)).toContain("200 OK");
  });

  test("leaves it running when it restarts, and takes it over", async () => {
    await openHost("engine");
    await start();
    const { dataDir, uidBase } = sandboxes;
    await sandboxes.run(roomId, "echo before > output/f; (setsid sleep 300 >/dev/null 2>&1 &)");
    const before = await host.call("list", {});
    await closeServer();
    await sandboxes.provisioner.close();
    await openHost("engine", { dataDir, uidBase });
    const after = await host.call("list", {});
    expect(after.sandboxes.map(({ startedAt, state }) => [startedAt, state])).toEqual(
      before.sandboxes.map(({ startedAt }) => [startedAt, "running"]),
    );
    expect(await start()).toMatchObject({ isAdopted: true });
    expect((await sandboxes.run(roomId, "cat output/f; pgrep -c sleep")).output).toBe(
      "before\n1\n",
    );
    await host.call("stop", { roomId });
    expect(await host.call("list", {})).toEqual({ sandboxes: [] });
    expect(await text((await host.readFile(roomId, "output/f")).body)).toBe("before\n");
  });

  test("tells when the room ended by itself", async () => {
    await openHost("stand-in");
    await start();
    const stop = new AbortController();
    const ended = (async (): Promise<HostEvent["event"] | null> => {
      for await (const { event } of host.events(stop.signal))
        if (event.type === "sandbox_ended") return event;
      return null;
    })();
    await sandboxes.runAsEngine(roomId, "kill -9 $PPID").catch(() => undefined);
    expect(await ended).toMatchObject({ type: "sandbox_ended", roomId, epoch: 1 });
    stop.abort();
  });

  test("refuses to start or fill rooms on a full disk, and still shows and frees what is there", async () => {
    await openHost("engine", { reserve: Number.MAX_SAFE_INTEGER });
    await sandboxes.provisioner.attach(roomId);
    await expect(start()).rejects.toMatchObject({ code: "disk_full" });
    await expect(host.writeFile(roomId, "output/x", Readable.from(["x"]))).rejects.toMatchObject({
      code: "disk_full",
    });
    await expect(openWorkspace(host, roomId)).rejects.toMatchObject({ code: "disk_full" });
    await expect(
      host.call("snapshot", { roomId, epoch: 1, parent: null, cause }),
    ).rejects.toMatchObject({ code: "disk_full" });
    expect((await host.call("disk", {})).isStopped).toBe(true);
    expect((await fileCall(host, roomId, "ls", {})).nodes).toHaveLength(2);
    await expect(fileCall(host, roomId, "delete", { path: "x" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("tells a full room from a full server: its own disk ends first, and nothing half-written stays", async () => {
    await openHost("engine");
    await start();
    const zeros = (count: number) =>
      Readable.from(
        (function* () {
          for (let i = 0; i < count; i += 1) yield Buffer.alloc(1_048_576);
        })(),
      );
    await expect(host.writeFile(roomId, "input/big", zeros(100))).rejects.toMatchObject({
      code: "disk_full",
    });
    expect((await fileCall(host, roomId, "ls", { path: "input" })).nodes).toEqual([]);
    expect(await host.writeFile(roomId, "input/small", zeros(2))).toMatchObject({
      size: 2_097_152,
    });
  });
});

describe("the model socket of a real room", () => {
  const KEY = "sk-the-real-key";
  let provider: Server;
  let keys: (string | undefined)[];
  beforeEach(async () => {
    keys = [];
    provider = createServer((req, res) => {
      keys.push(req.headers["x-api-key"]?.toString());
      req.resume();
      res.end(JSON.stringify({ content: "hello", usage: { input_tokens: 3, output_tokens: 4 } }));
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    const { port } = provider.address() as AddressInfo;
    await openHost("stand-in", { endpoints: [`127.0.0.1:${port}`] });
    await start();
    await host.call("grantModel", {
      roomId,
      turnId: "t",
      token: "turn-token",
      provider: "anthropic",
      modelId: "m",
      baseUrl: `http://127.0.0.1:${port}/v1`,
      apiKey: KEY,
      budgetMicroUsd: null,
    });
  });
  afterEach(() => {
    provider.close();
    provider.closeAllConnections();
  });
  const ask = `curl -s --unix-socket /run/engine/model.sock http://h/model/messages -H 'x-api-key: turn-token' -d '{"model":"m"}'`;

  test("answers the engine, without the key ever being in the room", async () => {
    const { output } = await sandboxes.runAsEngine(roomId, ask);
    expect(JSON.parse(output)).toMatchObject({ content: "hello" });
    expect(keys).toEqual([KEY]);
    const grep = await sandboxes.runAsEngine(
      roomId,
      `grep -rl '[${KEY[0]}]${KEY.slice(1)}' /proc/[0-9]*/environ /proc/[0-9]*/cmdline /run /home /var/lib/engine /opt/workroom/*.mjs /tmp /etc 2>/dev/null; true`,
    );
    expect(grep.output.trim()).toBe("");
    const usage: HostEvent["event"][] = [];
    for await (const { event } of host.events(AbortSignal.timeout(10_000))) {
      usage.push(event);
      if (event.type === "model_usage") break;
    }
    expect(usage).toMatchObject([
      { type: "disk", isStopped: false },
      { type: "model_usage", turnId: "t", inputTokens: 3, outputTokens: 4 },
    ]);
  });

  test("can't be replaced or removed by the engine, nor reached by the agent", async () => {
    const attack =
      "cd /run/engine; rm -f model.sock; ln -sf /etc/passwd model.sock; mv model.sock x; ls -l model.sock; " +
      ask;
    const { output } = await sandboxes.runAsEngine(roomId, attack);
    expect(output).toContain("srw-rw----");
    expect(output).toContain("hello");
    const asAgent = await sandboxes.runAsEngine(
      roomId,
      `setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all ${ask}; echo exit $?`,
    );
    expect(asAgent.output).toMatch(/exit [1-9]/);
    expect(keys).toHaveLength(1);
  });

  test("is there again after the host restarted", async () => {
    const { dataDir, uidBase } = sandboxes;
    await closeServer();
    await sandboxes.provisioner.close();
    await openHost("stand-in", { dataDir, uidBase });
    // The grant was in the old host's memory only.
    expect((await sandboxes.runAsEngine(roomId, ask)).output).toContain(
      "The turn that asked for the model is over.",
    );
  });
});
