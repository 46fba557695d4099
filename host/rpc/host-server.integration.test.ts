import { readdir } from "node:fs/promises";
import { createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { fileCall } from "@/test/host/file-call";
import { openHostServer, roomId } from "@/test/host/host-server-kit";

const kit = openHostServer();
const listFiles = (path: string) => fileCall(kit.host, roomId, "ls", { path });
const names = async () => (await listFiles("")).nodes.map((node) => node.name);

describe("calls", () => {
  test("answer with the parsed result, and with the same error that was thrown", async () => {
    expect((await kit.host.call("capabilities", {})).canOpenRooms).toBe(true);
    expect(await fileCall(kit.host, roomId, "write", { path: "a", content: "x" })).toMatchObject({
      etag: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await names()).toEqual(["a", "input", "output"]);
    await expect(listFiles("nowhere")).rejects.toMatchObject({
      code: "not_found",
      details: { errno: "ENOENT", path: "nowhere" },
    });
    await expect(kit.host.call("stop", { roomId })).rejects.toMatchObject({
      code: "disk_full",
      message: "The disk is full.",
    });
  });

  test("refuse wrong input, and tell nothing about failures nobody foresaw", async () => {
    await expect(kit.host.call("stop", { roomId: "wr_../../etc" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const asked = { roomId, op: "ls", input: { limit: 1_000_000 } } as const;
    await expect(kit.host.call("fileOp", asked)).rejects.toMatchObject({ code: "invalid_input" });
    const failure = await kit.host.call("freeze", { roomId }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "internal" });
    expect(String(failure)).not.toContain("secret");
  });

  test("that are too large are refused as that", async () => {
    const text = "x".repeat(3_000_000);
    await expect(
      kit.host.call("revertPaths", {
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
    await expect(kit.host.call("list", {})).rejects.toMatchObject({ code: "unavailable" });
    const down = createUnixRoomHost({ socketPath: join(kit.dataDir, "nobody.sock") });
    await expect(down.call("list", {})).rejects.toMatchObject({ code: "unavailable" });
    await expect(down.connect(roomId, "engine")).rejects.toMatchObject({ code: "unavailable" });
    const silent = createSocketServer(() => undefined);
    await kit.serve(silent, join(kit.dataDir, "silent.sock"));
    const late = createUnixRoomHost({ socketPath: join(kit.dataDir, "silent.sock") });
    await expect(late.call("list", {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(late.connect(roomId, 80, { timeoutMs: 50 })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("refuse unknown names, also those every object has", async () => {
    for (const name of ["constructor", "__proto__", "toString", "nothing"])
      await expect(kit.host.call(name as "list", {})).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("files", () => {
  test("go out with their last piece and their end as one, so that a host that answers and hangs up at once is heard", async () => {
    let seen = "";
    const quick = createSocketServer((socket) => {
      socket.setEncoding("utf8").on("data", (text: string) => {
        seen += text;
        if (!seen.endsWith("5678")) return;
        const body = JSON.stringify({ ok: true, result: { path: "a", size: 8 } });
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        socket.destroySoon();
      });
    });
    await kit.serve(quick, join(kit.dataDir, "quick.sock"));
    const host = createUnixRoomHost({ socketPath: join(kit.dataDir, "quick.sock") });
    let end = (): void => undefined;
    const mayEnd = new Promise<void>((resolve) => (end = resolve));
    async function* pieces() {
      yield Buffer.from("1234");
      yield Buffer.from("5678");
      await mayEnd;
    }
    const body = Readable.from(pieces(), { objectMode: false });
    const written = host.writeFile(roomId, "a", body, { size: 8 });
    await expect.poll(() => seen).toContain("1234");
    expect(seen).not.toContain("5678");
    end();
    expect(await written).toMatchObject({ path: "a", size: 8 });
  });

  test("stream both ways, by range too", async () => {
    const body = Buffer.from(Array.from({ length: 900_000 }, (_, i) => i % 251));
    const written = await kit.host.writeFile(roomId, "output/b.bin", Readable.from([body]), {
      size: body.length,
    });
    expect(written).toEqual({ path: "output/b.bin", size: body.length });
    const whole = await kit.host.readFile(roomId, "output/b.bin");
    expect([whole.size, await buffer(whole.body)]).toEqual([body.length, body]);
    const part = await kit.host.readFile(roomId, "output/b.bin", { offset: 250, length: 3 });
    expect(await buffer(part.body)).toEqual(Buffer.from([250, 0, 1]));
    await expect(kit.host.readFile(roomId, "none")).rejects.toMatchObject({ code: "not_found" });
  });

  test("are refused over the limit, by their announced size or while they stream", async () => {
    const big = () =>
      Readable.from(
        (function* () {
          for (let i = 0; i < 200; i += 1) yield Buffer.alloc(10_000);
        })(),
      );
    await expect(
      kit.host.writeFile(roomId, "big", big(), { size: 2_000_000 }),
    ).rejects.toMatchObject({
      code: "too_large",
    });
    await expect(kit.host.writeFile(roomId, "big", big())).rejects.toMatchObject({
      code: "too_large",
    });
    expect(await names()).toEqual(["input", "output"]);
  });

  test("leave nothing behind when the sender breaks off, or sends less than it said", async () => {
    await fileCall(kit.host, roomId, "mkdir", { path: "output" });
    const cut = Readable.from(
      (async function* () {
        for (let i = 0; i < 3; i += 1) yield Buffer.alloc(200_000);
        throw new Error("lost");
      })(),
    );
    await expect(
      kit.host.writeFile(roomId, "input/cut", cut, { size: 900_000 }),
    ).rejects.toMatchObject({});
    await expect(
      kit.host.writeFile(roomId, "input/short", Readable.from([Buffer.alloc(300_000)]), {
        size: 400_000,
      }),
    ).rejects.toMatchObject({});
    const folder = join(kit.dataDir, "rooms", roomId, "workspace", "input");
    await expect.poll(() => readdir(folder)).toEqual([]);
  });
});
