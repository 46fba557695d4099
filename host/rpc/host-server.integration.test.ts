import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import {
  connect as connectSocket,
  createServer as createSocketServer,
  type Server as SocketServer,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostEvent, HostMethod } from "@/lib/protocol/host";
import { createEventLog, type EventLog } from "../events/event-log";
import { createRoomFiles } from "../files/room-files";
import type { HostMethods } from "./host-methods";
import { createHostServer } from "./host-server";

type HostMethodInput<M extends HostMethod> = Parameters<HostMethods[M]>[0];

let dataDir: string;
let server: Server;
let host: RoomHost;
let events: EventLog;
let provisioner: ReturnType<typeof createFakeProvisioner>;
const roomId = newId("workroom");
const servers: SocketServer[] = [];

const listen = (listening: SocketServer | Server, path: string) =>
  new Promise<void>((resolve) => listening.listen(path, resolve));

function createTestServer(hostId: string) {
  events = createEventLog(join(dataDir, "events.ndjson"), hostId);
  const files = createRoomFiles({ ...provisioner, assertWritable: () => undefined });
  // Only the methods that these tests call.
  const methods = {
    capabilities: () => provisioner.probe(),
    list: async () => ({ sandboxes: [{ nonsense: true } as never] }),
    stop: () => {
      throw new AppError("disk_full", "The disk is full.");
    },
    freeze: () => {
      throw new TypeError("secret detail");
    },
    listFiles: (input: HostMethodInput<"listFiles">) =>
      files.list(input.roomId, input.path, input.limit),
    writeFile: (input: HostMethodInput<"writeFile">) =>
      files.writeText(input.roomId, input.path, input.text, input.ifMatch),
    ackEvents: (cursor: HostMethodInput<"ackEvents">) => {
      events.ack(cursor);
      return {};
    },
  } satisfies Partial<HostMethods>;
  return createHostServer({
    methods: methods as Partial<HostMethods> as HostMethods,
    files,
    events,
    connect: provisioner.connect,
    maxUploadBytes: 1_000_000,
    log: createLog("test", "silent"),
  });
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "host-"));
  provisioner = createFakeProvisioner({ dataDir });
  server = createTestServer("first");
  await listen(server, join(dataDir, "host.sock"));
  host = createUnixRoomHost({ socketPath: join(dataDir, "host.sock") });
});
afterEach(async () => {
  for (const one of [server, ...servers.splice(0)]) one.close();
  server.closeAllConnections();
  await rm(dataDir, { recursive: true, force: true });
});

const listFiles = (path: string, limit = 10) => host.call("listFiles", { roomId, path, limit });
const names = async () => (await listFiles("")).nodes.map((node) => node.name);

describe("calls", () => {
  test("answer with the parsed result, and with the same error that was thrown", async () => {
    expect((await host.call("capabilities", {})).canOpenRooms).toBe(true);
    expect(
      await host.call("writeFile", { roomId, path: "a", text: "x", ifMatch: null }),
    ).toMatchObject({ etag: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await names()).toEqual(["a", "input", "output"]);
    await expect(listFiles("nowhere")).rejects.toMatchObject({ code: "not_found" });
    await expect(host.call("stop", { roomId })).rejects.toMatchObject({
      code: "disk_full",
      message: "The disk is full.",
    });
  });

  test("refuse wrong input, and tell nothing about failures nobody foresaw", async () => {
    await expect(host.call("stop", { roomId: "wr_../../etc" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(listFiles("", 1_000_000)).rejects.toMatchObject({ code: "invalid_input" });
    const failure = await host.call("freeze", { roomId }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "internal" });
    expect(String(failure)).not.toContain("secret");
  });

  test("that are too large are refused as that", async () => {
    const text = "x".repeat(3_000_000);
    await expect(
      host.call("revertPaths", {
        roomId,
        paths: Array.from({ length: 12 }, () => ({
          path: text,
          entry: null,
          expectedSha256: null,
        })),
      }),
    ).rejects.toMatchObject({ code: "too_large" });
  });

  test("are unavailable when the answer has a wrong form, comes too late, or the host is down", async () => {
    await expect(host.call("list", {})).rejects.toMatchObject({ code: "unavailable" });
    const down = createUnixRoomHost({ socketPath: join(dataDir, "nobody.sock") });
    await expect(down.call("list", {})).rejects.toMatchObject({ code: "unavailable" });
    await expect(down.connect(roomId, "engine")).rejects.toMatchObject({ code: "unavailable" });
    const silent = createSocketServer(() => undefined);
    servers.push(silent);
    await listen(silent, join(dataDir, "silent.sock"));
    const late = createUnixRoomHost({ socketPath: join(dataDir, "silent.sock") });
    await expect(late.call("list", {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(late.connect(roomId, 80, { timeoutMs: 50 })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("refuse unknown names, also those every object has", async () => {
    for (const name of ["constructor", "__proto__", "toString", "nothing"])
      await expect(host.call(name as "list", {})).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("files", () => {
  test("stream both ways, by range too", async () => {
    const body = Buffer.from(Array.from({ length: 900_000 }, (_, i) => i % 251));
    const written = await host.writeFile(roomId, "output/b.bin", Readable.from([body]), {
      size: body.length,
    });
    expect(written).toEqual({ path: "output/b.bin", size: body.length });
    const whole = await host.readFile(roomId, "output/b.bin");
    expect([whole.size, await buffer(whole.body)]).toEqual([body.length, body]);
    const part = await host.readFile(roomId, "output/b.bin", { offset: 250, length: 3 });
    expect(await buffer(part.body)).toEqual(Buffer.from([250, 0, 1]));
    await expect(host.readFile(roomId, "none")).rejects.toMatchObject({ code: "not_found" });
  });

  test("are refused over the limit, by their announced size or while they stream", async () => {
    const big = () =>
      Readable.from(
        (function* () {
          for (let i = 0; i < 200; i += 1) yield Buffer.alloc(10_000);
        })(),
      );
    await expect(host.writeFile(roomId, "big", big(), { size: 2_000_000 })).rejects.toMatchObject({
      code: "too_large",
    });
    await expect(host.writeFile(roomId, "big", big())).rejects.toMatchObject({ code: "too_large" });
    expect(await names()).toEqual(["input", "output"]);
  });

  test("leave nothing behind when the sender breaks off, or sends less than it said", async () => {
    await names();
    const cut = Readable.from(
      (async function* () {
        for (let i = 0; i < 3; i += 1) yield Buffer.alloc(200_000);
        throw new Error("lost");
      })(),
    );
    await expect(host.writeFile(roomId, "input/cut", cut, { size: 900_000 })).rejects.toMatchObject(
      {},
    );
    await expect(
      host.writeFile(roomId, "input/short", Readable.from([Buffer.alloc(300_000)]), {
        size: 400_000,
      }),
    ).rejects.toMatchObject({});
    const folder = join(dataDir, "rooms", roomId, "workspace", "input");
    await expect.poll(() => readdir(folder)).toEqual([]);
  });
});

describe("connections", () => {
  test("carry bytes both ways, and each end alone", async () => {
    await provisioner.start(
      { roomId, epoch: 1, limits: { memoryBytes: 1, cpuCores: 1, maxPids: 1, diskBytes: 1 } },
      { timeoutMs: 1 },
    );
    const echo = createSocketServer({ allowHalfOpen: true }, async (socket) => {
      // Answers only when the other side has finished: this needs half-closed streams all the way.
      const question = await text(socket);
      socket.end(`${question.length} bytes`);
    });
    servers.push(echo);
    await listen(echo, join(dataDir, "rooms", roomId, "run", "engine.sock"));
    const stream = await host.connect(roomId, "engine");
    stream.end("x".repeat(3_000_000));
    expect(await text(stream)).toBe("3000000 bytes");
  });

  test("end on both sides when one side is reset", async () => {
    await provisioner.start(
      { roomId, epoch: 1, limits: { memoryBytes: 1, cpuCores: 1, maxPids: 1, diskBytes: 1 } },
      { timeoutMs: 1 },
    );
    const closed = new Promise<void>((resolve) => {
      const held = createSocketServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
        socket.write("hello");
      });
      servers.push(held);
      void listen(held, join(dataDir, "rooms", roomId, "run", "engine.sock"));
    });
    const stream = await host.connect(roomId, "engine");
    await new Promise((resolve) => stream.once("data", resolve));
    stream.destroy();
    await expect(closed).resolves.toBeUndefined();
  });

  test("are refused with a reason when nothing listens", async () => {
    await expect(host.connect(roomId, "engine")).rejects.toMatchObject({
      code: "unavailable",
      message: "This workroom is asleep.",
    });
    await expect(host.connect("nonsense", 80)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(host.connect(roomId, 70_000)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("don't let a broken upgrade hurt the host", async () => {
    const raw = connectSocket(join(dataDir, "host.sock"));
    raw.on("error", () => undefined);
    raw.write(
      "GET /connect/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    expect(await text(raw)).toContain("400");
    expect(await names()).toEqual(["input", "output"]);
  });
});

describe("events", () => {
  const usage = (turnId: string): HostEvent["event"] => ({
    type: "model_usage",
    roomId,
    turnId,
    provider: "anthropic",
    modelId: "m",
    inputTokens: 1,
    outputTokens: 2,
    costMicroUsd: 3,
    isEstimated: false,
  });
  const turnsOf = (seen: HostEvent[]) =>
    seen.map(({ event }) => (event.type === "model_usage" ? event.turnId : event.type));

  test("of spending survive restarts of the host and of the reader, until they are taken in", async () => {
    events.append(usage("one"));
    events.append({ type: "disk", isStopped: false, freeBytes: 1 });
    events.append(usage("two"));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    server = createTestServer("second");
    await listen(server, join(dataDir, "host.sock"));
    events.append(usage("three"));

    const seen: HostEvent[] = [];
    const first = new AbortController();
    for await (const event of host.events(first.signal)) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    // "two" was handed over, but its reader went away before it asked for the next.
    expect(turnsOf(seen)).toEqual(["one", "two"]);
    const again: HostEvent[] = [];
    const second = new AbortController();
    for await (const event of host.events(second.signal)) {
      again.push(event);
      if (again.length === 3) events.append(usage("four"));
      if (again.length === 4) break;
    }
    expect(turnsOf(again)).toEqual(["one", "two", "three", "four"]);
    await host.call("ackEvents", { hostId: "second", n: 2 });
    // Nothing but what came after the acknowledgement is left for the next life of the host.
    events.append(usage("five"));
    const later = createEventLog(join(dataDir, "events.ndjson"), "third");
    for await (const { event } of later.read({ hostId: "", n: 0 }, new AbortController().signal)) {
      expect(event).toMatchObject({ turnId: "five" });
      break;
    }
  });

  test("go on after the host was away", async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { event } of host.events(stop.signal))
        seen.push(event.type === "model_usage" ? event.turnId : event.type);
    })();
    events.append(usage("one"));
    await expect.poll(() => seen).toEqual(["one"]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    server = createTestServer("second");
    events.append(usage("two"));
    await listen(server, join(dataDir, "host.sock"));
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(["one", "two"]);
    stop.abort();
    await reading;
  });
});
