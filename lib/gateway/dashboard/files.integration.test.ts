import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { events, workrooms } from "@/lib/db/schema";
import { takeCheckpoint } from "@/lib/domain/checkpoint/take-checkpoint";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { systemContext } from "@/lib/domain/system-context";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let room: { id: string };
let host: string;
let root: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  room = await gateway.addRoom(person);
  host = `workroom.localhost:${gateway.port}`;
  root = gateway.rooms.workspace(room.id);
});
afterAll(() => gateway.close());

const route = (kind: "upload" | "download", path: string, roomId = room.id) =>
  `/api/v1/workrooms/${roomId}/${kind}?${new URLSearchParams({ path })}`;
const upload = (path: string, body: Buffer | string, who = person, roomId = room.id) =>
  ask(gateway.port, route("upload", path, roomId), {
    host,
    method: "PUT",
    headers: {
      cookie: who.cookie,
      origin: gateway.appOrigin,
      "content-length": String(Buffer.byteLength(body)),
    },
    body,
  });
const download = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  ask(gateway.port, route("download", path), {
    host,
    method,
    headers: { cookie: person.cookie, ...headers },
  });
const inInput = async () => (await readdir(join(root, "input"))).toSorted();

describe("uploads", () => {
  test("stream into input/ byte for byte", async () => {
    const bytes = randomBytes(3_000_000);
    const answer = await upload("input/sub/a.bin", bytes);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      201,
      expect.objectContaining({ path: "input/sub/a.bin", size: 3_000_000, type: "file" }),
    ]);
    expect(await readFile(join(root, "input/sub/a.bin"))).toEqual(bytes);
  });

  test("with odd names land safely below input/ or are refused in words", async () => {
    const landed = await Promise.all(
      ["../../etc/evil.txt", "📊 s.txt", "<script>alert(1)</script>.txt", "empty.txt"].map(
        async (name) =>
          (
            JSON.parse((await upload(name, name === "empty.txt" ? "" : "x")).text) as {
              path: string;
            }
          ).path,
      ),
    );
    expect(landed).toEqual([
      "input/etc/evil.txt",
      "input/📊 s.txt",
      "input/<script>alert(1)</script>.txt",
      "input/empty.txt",
    ]);
    for (const name of ["a\0b", "n".repeat(300), "", "x/"]) {
      const answer = await upload(name, "x");
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        400,
        expect.objectContaining({
          code: "invalid_input",
          detail: expect.stringMatching(/\w+ .*\./),
        }),
      ]);
    }
  });

  test("of a table make a draft a room and show what the table holds in its chat, within a second", async () => {
    const draft = await gateway.addRoom(person, { isDraft: true });
    const startedAt = performance.now();
    const answer = await upload(
      "input/s.csv",
      "day,n\n2026-01-01,1\n2026-01-02,2\n",
      person,
      draft.id,
    );
    expect(answer.status).toBe(201);
    const [logged] = await inSystem(gateway.db, (tx) =>
      tx.select().from(events).where(eq(events.chatId, draft.chatId)),
    );
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(logged).toMatchObject({
      type: "chat/profile",
      data: { path: "input/s.csv", rowCount: 2 },
    });
    const [row] = await inSystem(gateway.db, (tx) =>
      tx.select().from(workrooms).where(eq(workrooms.id, draft.id)),
    );
    expect(row?.isDraft).toBe(false);
  });

  test("over the limit are answered before the first byte, and the answer is seen by a client that keeps sending", async () => {
    const socket = connect(gateway.port, "127.0.0.1");
    socket.on("error", () => undefined);
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.write(
      `PUT ${route("upload", "big.bin")} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${person.cookie}\r\nOrigin: ${gateway.appOrigin}\r\nContent-Length: 3221225472\r\n\r\n`,
    );
    await expect.poll(() => answer).toContain("}");
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toMatchObject({
      code: "too_large",
      detail: "This file has 3 GB. Uploads may have at most 9.5 MB.",
    });
    // A browser goes on sending for a while; it must not be reset meanwhile.
    for (let i = 0; i < 20; i += 1)
      await new Promise<void>((resolve, reject) =>
        socket.write(Buffer.alloc(100_000), (error) => (error ? reject(error) : resolve())),
      );
    socket.destroy();
  });

  test("without a length are refused", async () => {
    const answer = await ask(gateway.port, route("upload", "x.bin"), {
      host,
      method: "PUT",
      headers: { cookie: person.cookie, origin: gateway.appOrigin, "transfer-encoding": "chunked" },
      body: "hello",
    });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringContaining("Content-Length") }),
    ]);
  });

  test("that break off leave nothing behind", async () => {
    const before = await inInput();
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write(
      `PUT ${route("upload", "half.bin")} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${person.cookie}\r\nOrigin: ${gateway.appOrigin}\r\nContent-Length: 5000000\r\n\r\n`,
    );
    socket.write(Buffer.alloc(1_000_000));
    // The bytes have arrived at the host once something of them is on the disk.
    await expect.poll(inInput, { timeout: 5_000 }).not.toEqual(before);
    socket.destroy();
    await expect.poll(inInput, { timeout: 5_000 }).toEqual(before);
  });

  test("by somebody else, signed out, or from another page are refused", async () => {
    const stranger = await gateway.addPerson({ orgId: person.orgId, role: "admin" });
    const foreigner = await gateway.addPerson();
    const gone = await gateway.addPerson({ orgId: person.orgId });
    await revokeSession(gateway.ports, gone.sessionId);
    const statuses = await Promise.all(
      [stranger, foreigner, gone, { ...person, cookie: "x=1" }].map(
        async (who) => (await upload("no.txt", "x", who)).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 401, 401]);
    expect(await inInput()).not.toContain("no.txt");
  });
});

describe("a room whose disk is gone", () => {
  test("still gives what was saved, and an upload brings the rest back instead of taking its place", async () => {
    const lost = await gateway.addRoom(person);
    expect((await upload("a.csv", "a\n1\n", person, lost.id)).status).toBe(201);
    const ctx = systemContext(gateway.ports, person.orgId, "test");
    const cause = { reason: "edit", turnId: null, actorId: null } as const;
    await takeCheckpoint(ctx, lost.id, cause);
    const folder = dirname(gateway.rooms.workspace(lost.id));
    await rm(folder, { recursive: true });
    const read = (path: string) =>
      ask(gateway.port, route("download", path, lost.id), {
        host,
        headers: { cookie: person.cookie },
      });
    expect(await read("input/a.csv")).toMatchObject({ status: 200, text: "a\n1\n" });
    await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });
    expect((await upload("b.csv", "b\n", person, lost.id)).status).toBe(201);
    expect((await readdir(join(folder, "workspace", "input"))).toSorted()).toEqual([
      "a.csv",
      "b.csv",
    ]);
    expect(await takeCheckpoint(ctx, lost.id, cause)).toMatchObject({ added: 1, removed: 0 });
  });
});

describe("downloads", () => {
  test("come as an attachment with their length, never as a page of the dashboard's origin", async () => {
    await writeFile(join(root, "evil.html"), "<script>alert(document.domain)</script>");
    const answer = await download("evil.html");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-length": "39",
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename=\"evil.html\"; filename*=UTF-8''evil.html",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
    });
    expect((await download("evil.html", {}, "HEAD")).headers["content-length"]).toBe("39");
  });

  test("give the asked range of a large file", async () => {
    const bytes = randomBytes(2_000_000);
    await writeFile(join(root, "r.bin"), bytes);
    const answer = await download("r.bin", { range: "bytes=1000000-1000009" });
    expect([answer.status, answer.headers["content-range"]]).toEqual([
      206,
      "bytes 1000000-1000009/2000000",
    ]);
    expect(answer.body).toEqual(bytes.subarray(1_000_000, 1_000_010));
    expect((await download("r.bin", { range: "bytes=2000000-" })).status).toBe(416);
    expect((await download("r.bin")).body).toEqual(bytes);
  });

  test("lead nowhere out of the workspace", async () => {
    await symlink("/etc/passwd", join(root, "link"));
    await mkdir(join(root, "dir"), { recursive: true });
    for (const path of [
      "link",
      "../../../etc/passwd",
      "/etc/passwd",
      "input/../../../../etc/passwd",
      "dir",
      "nope",
      "a\0b",
    ]) {
      const answer = await download(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain("root:");
    }
  });
});
