import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { ZipFile } from "yazl";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { inSystem } from "@/lib/db/client";
import {
  chats,
  checkpoints,
  messages,
  orgs,
  sessions,
  users,
  workrooms,
  workroomShares,
} from "@/lib/db/schema";
import { writeAudit } from "@/lib/domain/write-audit";
import type { ObjectStore } from "@/lib/ports/object-store";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { BackupIndex, INDEX_ENTRY, objectEntry } from "./backup-index";
import { BackupReader } from "./backup-reader";
import { restoreObjects, restoreTables } from "./restore-backup";
import { writeBackup } from "./write-backup";

const migrationsFolder = path.join(import.meta.dirname, "../../../drizzle");
const [segment, manifest] = [
  "workrooms/wr_a/.workroom/seg/1-0-ab",
  "workrooms/wr_a/.workroom/mf/cd",
];
const awkward = "tab\there\nnew line \\N back\\slash \u{1F4A1} 'quote'";

let folder: string;
let database: TestDatabase;
let store: ObjectStore;
let file: string;

const fileOf = (name: string) => path.join(folder, name);
const quiet = () => undefined;
const source = (from: ObjectStore = store) => ({
  ownerUrl: database.ownerUrl,
  store: from,
  secretsDir: folder,
  secretNames: ["secret-key"],
  product: "1.2.3",
});

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "wr-backup-"));
  writeFileSync(fileOf("secret-key"), "the key");
  database = await openTestDatabase();
  store = createDirectoryObjectStore({ root: mkdtempSync(path.join(folder, "store-")) });
  await store.put(segment, Buffer.from("packed bytes"));
  await store.put(manifest, Buffer.from("manifest"));
  const now = new Date();
  await inSystem(database.db, async (tx) => {
    await tx.insert(users).values({ id: "usr_a", email: "a@example.com", name: awkward });
    await tx.insert(orgs).values({ id: "org_a", slug: "acme", name: "Acme" });
    await tx.insert(sessions).values({ id: "ses_a", userId: "usr_a", expiresAt: now });
    const room = { id: "wr_a", orgId: "org_a", title: "Room", createdBy: "usr_a", previewKey: "k" };
    await tx.insert(workrooms).values({ ...room, desiredState: "sleeping" });
    const inRoom = { orgId: "org_a", workroomId: "wr_a" };
    const who = { userId: "usr_b", access: "view", createdBy: "usr_a" } as const;
    await tx.insert(workroomShares).values({ ...inRoom, ...who });
    await tx.insert(chats).values({ ...inRoom, id: "chat_a", title: "Chat", createdBy: "usr_a" });
    const text = { authorId: "usr_a", text: awkward, attachments: [], position: 1 };
    const message = { orgId: "org_a", id: "msg_a", chatId: "chat_a", idempotencyKey: "k" };
    await tx.insert(messages).values({ ...message, ...text });
    const actor = { kind: "user", userId: "usr_a", role: "owner", sessionId: null } as const;
    await writeAudit(tx, { orgId: "org_a", actor, now: () => now }, "workroom.create", "wr_a");
    await tx.insert(checkpoints).values({
      id: "ckp_a",
      orgId: "org_a",
      workroomId: "wr_a",
      seq: 1,
      epoch: 1,
      reason: "sleep",
      segments: [segment],
      added: 1,
      changed: 0,
      removed: 0,
      manifest: { key: manifest, sha256: "0".repeat(64), entryCount: 1, totalBytes: 1 },
    });
  });
  file = fileOf("whole.zip");
  await writeBackup(source(), file, quiet);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function asOwner<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database without a table, beside the one of this file. */
async function emptyDatabase(name: string): Promise<string> {
  await asOwner(database.ownerUrl, (client) => client.query(`create database ${name}`));
  const url = new URL(database.ownerUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Every row of a table, as text. */
const dump = (url: string, table: string) =>
  asOwner(url, async (client) =>
    (await buffer(client.query(copyTo(`copy (select * from ${table}) to stdout`)))).toString(),
  );

async function readZip(name: string): Promise<Map<string, Buffer>> {
  const zip = await openPromise(name, { lazyEntries: true, autoClose: false });
  const parts = new Map<string, Buffer>();
  const entries = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  for (const entry of entries)
    parts.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  zip.close();
  return parts;
}

/** A copy of the whole backup with parts changed; its hashes are those of the original. */
async function changed(change: (parts: Map<string, Buffer>) => void): Promise<string> {
  const parts = await readZip(file);
  change(parts);
  const zip = new ZipFile();
  for (const [name, bytes] of parts) zip.addBuffer(bytes, name);
  zip.end();
  const copy = path.join(mkdtempSync(fileOf("changed-")), "backup.zip");
  await finished(zip.outputStream.pipe(createWriteStream(copy)));
  return copy;
}

function editIndex(parts: Map<string, Buffer>, edit: (index: BackupIndex) => unknown): void {
  const index = BackupIndex.parse(JSON.parse(String(parts.get(INDEX_ENTRY))));
  parts.set(INDEX_ENTRY, Buffer.from(JSON.stringify(edit(index))));
}

async function check(name: string): Promise<void> {
  const reader = await BackupReader.open(name);
  try {
    await reader.verify();
  } finally {
    reader.close();
  }
}

describe("a backup", () => {
  test("restored into an empty database has each row as it was; sessions stay behind", async () => {
    const url = await emptyDatabase("restored");
    const reader = await BackupReader.open(file);
    await restoreTables(url, reader, migrationsFolder);
    reader.close();
    const { tables } = reader.index;
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["users", "workrooms", "checkpoints", "audit_entries"]),
    );
    for (const { name } of tables)
      expect([name, await dump(url, name)]).toEqual([name, await dump(database.ownerUrl, name)]);
    expect(await dump(url, "users")).not.toBe("");
    expect(await dump(url, "sessions")).toBe("");
    const forced = await asOwner(url, (client) =>
      client.query(
        "select relname from pg_class where relrowsecurity and not relforcerowsecurity and relnamespace = 'public'::regnamespace",
      ),
    );
    expect(forced.rows).toEqual([]);
    const off = await asOwner(url, (client) =>
      client.query("select tgname from pg_trigger where tgenabled = 'D'"),
    );
    expect(off.rows).toEqual([]);
  });

  test("restored by an owner that is no superuser has what the tables' triggers keep, too", async () => {
    const role = `wr_backup_${process.pid}`;
    const url = new URL(await emptyDatabase("restored_plain"));
    await asOwner(database.ownerUrl, async (client) => {
      await client.query(`create role ${role} login password 'p'`);
      await client.query(`alter database restored_plain owner to ${role}`);
    });
    const asRole = new URL(url);
    [asRole.username, asRole.password] = [role, "p"];
    const reader = await BackupReader.open(file);
    await restoreTables(asRole.href, reader, migrationsFolder);
    reader.close();
    for (const name of ["workrooms", "workroom_shares", "chats", "messages", "audit_entries"])
      expect([name, await dump(url.href, name)]).toEqual([
        name,
        await dump(database.ownerUrl, name),
      ]);
    expect(await dump(url.href, "messages")).toContain("wr_a");
    expect(await dump(url.href, "workroom_shares")).toContain("Room");
  });

  test("restored has each object as it was", async () => {
    const target = createDirectoryObjectStore({ root: mkdtempSync(fileOf("target-")) });
    const reader = await BackupReader.open(file);
    await restoreObjects(target, reader);
    reader.close();
    expect(await target.list("")).toEqual(await store.list(""));
    expect(String(await target.getBytes(segment))).toBe("packed bytes");
  });

  test("is not restored over tables that are there", async () => {
    const reader = await BackupReader.open(file);
    await expect(restoreTables(database.ownerUrl, reader, migrationsFolder)).rejects.toMatchObject({
      code: "conflict",
    });
    reader.close();
  });

  test("can be read by nobody but its owner", async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("a backup that is not what was saved is refused", () => {
  test.each<[string, (parts: Map<string, Buffer>) => void, RegExp]>([
    [
      "a changed object",
      (parts) => parts.set(objectEntry(segment), Buffer.from("other  bytes")),
      /seg\/1-0-ab is not what was saved/,
    ],
    [
      "a missing table",
      (parts) => parts.delete("tables/users.copy"),
      /tables\/users\.copy is missing/,
    ],
    [
      "a part that nobody named",
      (parts) => parts.set("store/extra", Buffer.from("x")),
      /store\/extra is not in its index/,
    ],
    ["no index", (parts) => parts.delete(INDEX_ENTRY), /it has no index/],
    [
      "an index that is no JSON",
      (parts) => parts.set(INDEX_ENTRY, Buffer.from("{")),
      /its index can't be read/,
    ],
    [
      "a key that leads out of the store",
      (parts) =>
        editIndex(parts, (index) => ({
          ...index,
          objects: [{ ...index.objects[0], key: "../../etc/passwd" }],
        })),
      /its index is not what this version writes/,
    ],
    [
      "a later format",
      (parts) => editIndex(parts, (index) => ({ ...index, format: 2 })),
      /made by a newer Workroom/,
    ],
  ])("%s", async (_name, change, words) => {
    await expect(check(await changed(change))).rejects.toThrow(words);
  });

  test("a file that was cut off, and one that is no zip file", async () => {
    const bytes = readFileSync(file);
    writeFileSync(fileOf("cut.zip"), bytes.subarray(0, bytes.length - 40));
    writeFileSync(fileOf("text.zip"), "no zip file");
    for (const name of ["cut.zip", "text.zip"])
      await expect(check(fileOf(name))).rejects.toThrow(/can't be read as a zip file/);
  });

  test("one whose tables come from a later version, and nothing is made of it", async () => {
    const url = await emptyDatabase("later");
    const copy = await changed((parts) =>
      editIndex(parts, (index) => ({ ...index, migrations: [...index.migrations, 9_999] })),
    );
    const reader = await BackupReader.open(copy);
    await expect(restoreTables(url, reader, migrationsFolder)).rejects.toThrow(/newer Workroom/);
    reader.close();
    const { rows } = await asOwner(url, (client) =>
      client.query("select 1 from pg_tables where schemaname = 'public'"),
    );
    expect(rows).toEqual([]);
  });
});

describe("while a backup is made", () => {
  test("an object that goes with its room makes it start over, and the file is whole", async () => {
    let lists = 0;
    const shaky: ObjectStore = {
      ...store,
      list: async (prefix, options) =>
        (await store.list(prefix, options)).filter((key) => (lists += 1) > 2 || key !== segment),
    };
    const name = fileOf("shaky.zip");
    await writeBackup(source(shaky), name, quiet);
    expect((await readZip(name)).has(objectEntry(segment))).toBe(true);
    expect(lists).toBeGreaterThan(2);
  });

  test("an object that is lost for good is told, and no file is left", async () => {
    const lost: ObjectStore = {
      ...store,
      list: async (...asked) => (await store.list(...asked)).filter((key) => key !== segment),
    };
    const name = fileOf("lost.zip");
    await expect(writeBackup(source(lost), name, quiet)).rejects.toThrow(/seg\/1-0-ab first/);
    expect([existsSync(name), existsSync(`${name}.partial`)]).toEqual([false, false]);
  });
});
