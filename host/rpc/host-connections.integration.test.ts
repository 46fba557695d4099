import { connect as connectSocket, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { openHostServer, roomId } from "@/test/host/host-server-kit";

const kit = openHostServer();

describe("connections", () => {
  test("carry bytes both ways, and each end alone", async () => {
    await kit.provisioner.start(
      { roomId, epoch: 1, limits: { memoryBytes: 1, cpuCores: 1, maxPids: 1, diskBytes: 1 } },
      { timeoutMs: 1 },
    );
    const echo = createSocketServer({ allowHalfOpen: true }, async (socket) => {
      // Answers only when the other side has finished: this needs half-closed streams all the way.
      const question = await text(socket);
      socket.end(`${question.length} bytes`);
    });
    await kit.serve(echo, join(kit.dataDir, "rooms", roomId, "run", "engine.sock"));
    const stream = await kit.host.connect(roomId, "engine");
    stream.end("x".repeat(3_000_000));
    expect(await text(stream)).toBe("3000000 bytes");
  });

  test("end on both sides when one side is reset", async () => {
    await kit.provisioner.start(
      { roomId, epoch: 1, limits: { memoryBytes: 1, cpuCores: 1, maxPids: 1, diskBytes: 1 } },
      { timeoutMs: 1 },
    );
    const closed = new Promise<void>((resolve) => {
      const held = createSocketServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
        socket.write("hello");
      });
      void kit.serve(held, join(kit.dataDir, "rooms", roomId, "run", "engine.sock"));
    });
    const stream = await kit.host.connect(roomId, "engine");
    await new Promise((resolve) => stream.once("data", resolve));
    stream.destroy();
    await expect(closed).resolves.toBeUndefined();
  });

  test("are refused with a reason when nothing listens", async () => {
    await expect(kit.host.connect(roomId, "engine")).rejects.toMatchObject({
      code: "unavailable",
      message: "This workroom is asleep.",
    });
    await expect(kit.host.connect("nonsense", 80)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(kit.host.connect(roomId, 70_000)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("don't let a broken upgrade hurt the host", async () => {
    const raw = connectSocket(join(kit.dataDir, "host.sock"));
    raw.on("error", () => undefined);
    raw.write(
      "GET /connect/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    expect(await text(raw)).toContain("400");
    expect((await kit.host.call("capabilities", {})).canOpenRooms).toBe(true);
  });
});
