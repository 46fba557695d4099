import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let roomId: string;
let root: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  roomId = (await gateway.addRoom(person)).id;
  root = gateway.rooms.workspace(roomId);
});
afterAll(() => gateway.close());

const send = (method: string, path: string, more: Record<string, string> = {}, body?: Buffer) =>
  ask(gateway.port, path, {
    host: `workroom.localhost:${gateway.port}`,
    method,
    headers: {
      cookie: person.cookie,
      origin: gateway.appOrigin,
      "tus-resumable": "1.0.0",
      ...(body && { "content-length": String(body.length) }),
      ...more,
    },
    ...(body && { body }),
  });

const begin = (path: string, size: number, more: Record<string, string> = {}) => {
  const fields = Object.entries({ path, ...more });
  const metadata = fields.map(([k, v]) => `${k} ${Buffer.from(v).toString("base64")}`).join(",");
  return send("POST", `/api/v1/workrooms/${roomId}/uploads`, {
    "upload-length": String(size),
    "upload-metadata": metadata,
  });
};
const piece = (place: string, offset: number, body: Buffer) =>
  send(
    "PATCH",
    place,
    { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    body,
  );
const offsetOf = async (place: string) =>
  Number((await send("HEAD", place)).headers["upload-offset"]);

/** Says that more bytes come than are sent, then hangs up. */
function hangUpAfter(place: string, offset: number, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest({
      host: "127.0.0.1",
      port: gateway.port,
      path: place,
      method: "PATCH",
      agent: false,
      headers: {
        host: `workroom.localhost:${gateway.port}`,
        cookie: person.cookie,
        origin: gateway.appOrigin,
        "content-length": body.length * 2,
        "content-type": "application/offset+octet-stream",
        "upload-offset": offset,
      },
    });
    request.on("error", () => resolve());
    request.on("close", () => resolve());
    request.write(body, () => setTimeout(() => request.destroy(), 50));
  });
}

describe("an upload in pieces", () => {
  test("goes on after the connection was lost, and the file is there byte for byte", async () => {
    const bytes = randomBytes(3_000_000);
    const begun = await begin("big.bin", bytes.length);
    expect(begun.status).toBe(201);
    const place = String(begun.headers["location"]);
    await hangUpAfter(place, 0, bytes.subarray(0, 1_500_000));
    await expect.poll(() => offsetOf(place)).toBeGreaterThan(0);
    const safe = await offsetOf(place);
    expect(safe).toBeLessThanOrEqual(1_500_000);
    const last = await piece(place, safe, bytes.subarray(safe));
    expect([last.status, last.headers["workroom-path"]]).toEqual([204, "input%2Fbig.bin"]);
    expect(await readFile(join(root, "input/big.bin"))).toEqual(bytes);
    expect((await send("HEAD", place)).status).toBe(404);
  });

  test("refuses a piece for another place and keeps what it has", async () => {
    const place = String((await begin("gap.bin", 10)).headers["location"]);
    expect((await piece(place, 0, Buffer.from("01234"))).status).toBe(204);
    expect((await piece(place, 7, Buffer.from("789"))).status).toBe(409);
    expect((await piece(place, 5, Buffer.from("567890"))).status).toBe(400);
    expect(await offsetOf(place)).toBe(5);
    expect((await piece(place, 5, Buffer.from("56789"))).status).toBe(204);
    expect(await readFile(join(root, "input/gap.bin"), "utf8")).toBe("0123456789");
  });

  test("of a taken name, a wrong length or too many bytes is refused before the first byte", async () => {
    expect((await begin("empty.txt", 0)).status).toBe(201);
    expect(await readFile(join(root, "input/empty.txt"), "utf8")).toBe("");
    expect((await begin("empty.txt", 5, { overwrite: "0" })).status).toBe(409);
    expect((await begin("huge.bin", 10 ** 14)).status).toBe(413);
    const unnamed = await send("POST", `/api/v1/workrooms/${roomId}/uploads`, {
      "upload-length": "x",
    });
    expect(unnamed.status).toBe(400);
  });

  test("can be given up, and belongs to those who may write in the room", async () => {
    const place = String((await begin("no.bin", 10)).headers["location"]);
    const stranger = await gateway.addPerson();
    const theirs = await ask(gateway.port, place, {
      host: `workroom.localhost:${gateway.port}`,
      method: "HEAD",
      headers: { cookie: stranger.cookie },
    });
    expect(theirs.status).toBe(404);
    expect((await send("DELETE", place)).status).toBe(204);
    expect((await piece(place, 0, Buffer.from("0123456789"))).status).toBe(404);
  });
});
