import { rm, stat, symlink, unlink, writeFile, readFile } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { roomId, openModelGateway } from "@/test/host/model-gateway-kit";

const kit = openModelGateway();
const { grant, ask } = kit;

describe("addresses", () => {
  test("that are private are not asked, however they are written", async () => {
    const hidden = [
      "127.0.0.1:1",
      "localhost:1",
      "[::1]:1",
      "[::ffff:127.0.0.1]:1",
      "2130706433:1",
      "0x7f000001:1",
      "0177.0.0.1:1",
      "169.254.169.254",
      "10.0.0.1",
      "192.168.1.1",
      "[fe80::1]",
      "0.0.0.0:1",
      "100.64.0.1",
    ];
    for (const host of hidden) {
      grant({ baseUrl: `http://${host}/v1` });
      const result = await ask("/model/messages");
      expect(result.status).toBe(502);
      expect(result.body).toContain("private address");
    }
    expect(kit.seen).toEqual([]);
  });

  test("over plain http are asked only where the operator allowed them", async () => {
    grant({ baseUrl: "http://1.1.1.1/v1" });
    expect((await ask("/model/messages")).body).toContain("must be asked over https");
  });

  test("are never followed to another by a redirect", async () => {
    grant();
    kit.answer = (_req, res) =>
      res.writeHead(307, { location: "http://169.254.169.254/latest" }).end();
    expect(await ask("/model/messages")).toMatchObject({ status: 502 });
    expect(kit.seen).toHaveLength(1);
  });

  test("that don't answer give a plain refusal", async () => {
    kit.provider.close();
    kit.provider.closeAllConnections();
    grant();
    const result = await ask("/model/messages");
    expect(result.status).toBe(502);
    expect(result.body).toContain("can't be reached");
  });
});

describe("the socket", () => {
  const path = () => join(kit.dataDir, "rooms", roomId, "run", "model.sock");
  test("belongs to the host, is open to the folder's group only, and is made again when it was taken away", async () => {
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe("660");
    await unlink(path());
    kit.gateway.openRoom(roomId);
    expect((await ask("/model/messages")).status).toBe(401);
  });

  test("never replaces what a link in the folder leads to", async () => {
    kit.gateway.closeRoom(roomId);
    const target = join(kit.dataDir, "target");
    await writeFile(target, "mine");
    await rm(path(), { force: true });
    await symlink(target, path());
    kit.gateway.openRoom(roomId);
    expect(await readFile(target, "utf8")).toBe("mine");
    expect((await ask("/model/messages")).status).toBe(401);
  });

  test("takes no part in request smuggling", async () => {
    grant();
    const raw = connectSocket(path());
    raw.on("error", () => undefined);
    raw.write(
      "POST /model/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer turn-token\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    );
    expect(await text(raw)).toContain("400");
    expect(kit.seen).toEqual([]);
  });
});
