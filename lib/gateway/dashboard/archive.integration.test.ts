import { randomBytes } from "node:crypto";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
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

const pathTo = (folder: string) =>
  `/api/v1/workrooms/${roomId}/archive?${new URLSearchParams({ path: folder })}`;

async function fetchZip(folder: string): Promise<{ head: string; files: Record<string, Buffer> }> {
  const answer = await new Promise<{ head: string; bytes: Buffer }>((resolve, reject) => {
    httpRequest(
      {
        host: "127.0.0.1",
        port: gateway.port,
        path: pathTo(folder),
        headers: { host: `workroom.localhost:${gateway.port}`, cookie: person.cookie },
        agent: false,
      },
      (response) => {
        const head = String(response.headers["content-disposition"]);
        buffer(response).then((bytes) => resolve({ head, bytes }), reject);
      },
    )
      .on("error", reject)
      .end();
  });
  const files = Object.entries(unzipSync(answer.bytes));
  return {
    head: answer.head,
    files: Object.fromEntries(files.map(([name, bytes]) => [name, Buffer.from(bytes)])),
  };
}

test("a folder comes as a zip with every file byte for byte, empty folders too, and no link is followed", async () => {
  const big = randomBytes(3_000_000);
  await mkdir(join(root, "output/report/deep/empty"), { recursive: true });
  await writeFile(join(root, "output/report/a größe.bin"), big);
  await writeFile(join(root, "output/report/deep/b.txt"), "b");
  await rm(join(root, "output/report/link"), { force: true });
  await symlink("/etc/passwd", join(root, "output/report/link"));
  const { head, files } = await fetchZip("output/report");
  expect(head).toContain("report.zip");
  expect(Object.keys(files).toSorted()).toEqual([
    "a größe.bin",
    "deep/",
    "deep/b.txt",
    "deep/empty/",
  ]);
  expect(files["a größe.bin"]).toEqual(big);
  expect(files["deep/b.txt"]?.toString()).toBe("b");
});

test("the whole workspace has a name of its own; a file and a missing folder are refused", async () => {
  expect((await fetchZip("")).head).toContain("workspace.zip");
  const head = {
    host: `workroom.localhost:${gateway.port}`,
    headers: { cookie: person.cookie },
  };
  const statusOf = async (folder: string) => (await ask(gateway.port, pathTo(folder), head)).status;
  expect(await statusOf("output/report/deep/b.txt")).toBe(400);
  expect(await statusOf("output/nothing")).toBe(404);
});
