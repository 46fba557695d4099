import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { openS3Client } from "@/lib/adapters/object-store/open-s3-client";
import { createS3ObjectStore } from "@/lib/adapters/object-store/s3-object-store";
import { inOrg, inSystem } from "@/lib/db/client";
import { auditEntries, storages, workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { newId, randomBase32 } from "@/lib/ids";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { makeBucket, openS3 } from "@/test/object-store/open-s3";
import { startS3Faults } from "@/test/object-store/start-s3-faults";
import type { S3Server } from "@/test/object-store/start-radosgw";
import { changeStorage } from "./change-storage";
import { createStorage } from "./create-storage";
import { listStorages } from "./list-storages";
import { moveStorage } from "./move-storage";
import { removeStorage } from "./remove-storage";
import { testStorage, tryStorage } from "./test-storage";

let s3: S3Server;
let faults: Awaited<ReturnType<typeof startS3Faults>>;
let installation: Installation;
let ctx: Context;

beforeAll(async () => {
  s3 = await openS3();
  faults = await startS3Faults(s3.endpoint);
  const dataDir = mkdtempSync(join(tmpdir(), "wr-storages-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    allowedEndpoints: [new URL(s3.endpoint).host, new URL(faults.endpoint).host],
  });
  ctx = await addPerson(installation.ports);
}, 120_000);
afterAll(async () => {
  faults.close();
  await installation.close();
});

async function place(more: Partial<S3Server & { prefix: string }> = {}) {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const bucket = await makeBucket(s3);
  return { endpoint, region, bucket, accessKeyId, secretAccessKey, prefix: "", ...more };
}
const create = async (input: object = {}) =>
  createStorage.run(ctx, createStorage.input.parse({ ...(await place()), ...input }));
const tryPlace = async (input: object) => tryStorage.run(ctx, tryStorage.input.parse(input));

async function makeRoom() {
  const id = newId("workroom");
  const row = { id, orgId: ctx.orgId, title: "Room", createdBy: actor().userId };
  const state = { desiredState: "sleeping", previewKey: randomBase32(16) } as const;
  await inSystem(ctx.db, (tx) => tx.insert(workrooms).values({ ...row, ...state }));
  return id;
}
const actor = () => {
  if (ctx.actor.kind !== "user") throw new Error("a person");
  return ctx.actor;
};

describe("testing a bucket", () => {
  test("finds all four rights, and says what the server honours", async () => {
    const { isUsable, rights, abilities, message } = await tryPlace(await place({ prefix: "a/b" }));
    expect({ isUsable, rights }).toEqual({
      isUsable: true,
      rights: { GetObject: true, PutObject: true, DeleteObject: true, ListBucket: true },
    });
    expect(abilities).toMatchObject({ ifNoneMatch: true, multipart: true, copy: true });
    expect(message).toMatch(/^Everything works\. What Workroom saves here is never lost\./);
  });

  test("leaves nothing in the bucket", async () => {
    const tried = await place();
    await tryPlace(tried);
    const store = createS3ObjectStore({ ...tried, client: openS3Client(tried) });
    expect(await store.list("")).toEqual([]);
  });

  test.each([
    ["PUT", "PutObject"],
    ["DELETE", "DeleteObject"],
  ])("names the right that %s takes when it alone is missing", async (method, right) => {
    faults.inject({ kind: "status", status: 403, code: "AccessDenied" }, { method });
    try {
      const answer = await tryPlace(await place({ endpoint: faults.endpoint }));
      expect(answer.isUsable).toBe(false);
      expect(answer.rights).toMatchObject({ [right]: false, ListBucket: true, GetObject: true });
      expect(answer.message).toContain(`s3:${right}.`);
    } finally {
      faults.heal();
    }
  });

  test("tells the right to list from the right to read, though both are asked by GET", async () => {
    const denied = { kind: "status", status: 403, code: "AccessDenied" } as const;
    faults.inject(denied, { method: "GET", key: "list-type=2" });
    const list = await tryPlace(await place({ endpoint: faults.endpoint }));
    faults.heal();
    expect(list.rights).toMatchObject({ ListBucket: false, GetObject: true, PutObject: true });
    faults.inject(denied, { method: "GET", key: "x-id=GetObject" });
    const read = await tryPlace(await place({ endpoint: faults.endpoint }));
    faults.heal();
    expect(read.rights).toMatchObject({ ListBucket: true, GetObject: false, PutObject: true });
  });

  test("says in plain words what is wrong besides rights", async () => {
    const good = await place();
    const said = async (more: object) => (await tryPlace({ ...good, ...more })).message;
    expect(await said({ bucket: "no-such-bucket" })).toContain("no bucket called no-such-bucket");
    expect(await said({ accessKeyId: "NOBODY" })).toContain("does not know this access key");
    expect(await said({ secretAccessKey: "wrong" })).toContain("the secret key is wrong");
  });
});

describe("an address inside our own network", () => {
  const refused = [
    "https://127.0.0.1",
    "https://localhost:9000",
    "https://10.0.0.1",
    "https://192.168.1.1",
    "https://172.16.0.1",
    "https://169.254.169.254",
    "https://100.100.100.200",
    "https://0.0.0.0",
    "https://2130706433",
    "https://0x7f000001",
    "https://0177.0.0.1",
    "https://127.1",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:a9fe:a9fe]",
    "https://[64:ff9b::7f00:1]",
    "https://[fe80::1]",
    "https://[fd00:ec2::254]",
    "https://[2002:7f00:1::]",
  ];
  test.each(refused)("%s is refused, whatever its form", async (endpoint) => {
    const answer = await tryPlace({ ...(await place()), endpoint });
    expect(answer).toMatchObject({ isUsable: false, abilities: null });
    expect(answer.message).toMatch(/private address/);
    const input = createStorage.input.parse({ ...(await place()), endpoint });
    await expect(createStorage.run(ctx, input)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("is refused on every other port than the allowed one", async () => {
    const other = new URL(s3.endpoint);
    other.port = String(Number(other.port) === 65_535 ? 1_024 : Number(other.port) + 1);
    const endpoint = other.href.replace("http:", "https:");
    expect((await tryPlace({ ...(await place()), endpoint })).message).toMatch(/private address/);
  });

  test("without encryption is refused unless the operator trusts it", async () => {
    const answer = await tryPlace({ ...(await place()), endpoint: "http://s3.example.com" });
    expect(answer.message).toBe("Use an address that starts with https://.");
  });

  test("is not reached through a redirect either", async () => {
    faults.inject({ kind: "status", status: 307, code: "TemporaryRedirect" });
    const before = faults.count();
    const { isUsable, message } = await tryPlace(await place({ endpoint: faults.endpoint }));
    faults.heal();
    expect({ isUsable, message }).toEqual({
      isUsable: false,
      message: expect.stringContaining("at another address"),
    });
    expect(faults.count() - before).toBeLessThan(6);
  });

  test.each(["evil.example.com/x", "us-east-1.evil.com#", "a@b", "../x"])(
    "can't be smuggled into Amazon's own by the region %s",
    (region) => {
      const input = { region, bucket: "b", accessKeyId: "a", secretAccessKey: "s" };
      expect(createStorage.input.safeParse(input).success).toBe(false);
    },
  );
});

describe("a saved bucket", () => {
  test("never shows its secret: not in answers, not in the audit log, not in the row", async () => {
    const view = await create({ name: "Ours" });
    await changeStorage.run(ctx, {
      storageId: view.id,
      accessKeyId: s3.accessKeyId,
      secretAccessKey: s3.secretAccessKey,
    });
    const listed = await listStorages.run(ctx, {});
    const { rows, audit } = await inOrg(ctx.db, ctx.orgId, async (tx) => ({
      rows: await tx.select().from(storages),
      audit: await tx.select().from(auditEntries),
    }));
    expect(audit.map(({ action }) => action)).toContain("storage.change");
    const seen = JSON.stringify([view, listed, rows, audit]);
    const secret = s3.secretAccessKey;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
      expect(seen).not.toContain(form);
  });

  test("is not saved when its test fails", async () => {
    const input = createStorage.input.parse({ ...(await place()), secretAccessKey: "wrong" });
    await expect(createStorage.run(ctx, input)).rejects.toMatchObject({
      code: "invalid_input",
      message: "The storage server says that the secret key is wrong.",
    });
  });

  test("takes a new key only with its secret, and keeps the old one when the new does not work", async () => {
    const { id } = await create();
    const change = (input: object) => changeStorage.run(ctx, { storageId: id, ...input });
    await expect(change({ accessKeyId: "NEW" })).rejects.toMatchObject({ code: "invalid_input" });
    const wrong = { accessKeyId: "NEW", secretAccessKey: "x" };
    await expect(change(wrong)).rejects.toMatchObject({ code: "invalid_input" });
    const again = await testStorage.run(ctx, { storageId: id });
    expect(again.isUsable).toBe(true);
  });

  test("is one folder: the same one, one in it and one around it are refused", async () => {
    const first = await place({ prefix: "a/b" });
    const add = (prefix: string) =>
      createStorage.run(ctx, createStorage.input.parse({ ...first, prefix }));
    await add("a/b");
    for (const prefix of ["a/b", "/a/b/", "a", "a/b/c", ""])
      await expect(add(prefix)).rejects.toMatchObject({ code: "conflict" });
    expect((await add("a/bc")).prefix).toBe("a/bc");
  });

  test("holds one workspace, and can't be removed while it does", async () => {
    const { id: storageId } = await create();
    const [one, other] = [await makeRoom(), await makeRoom()];
    await moveStorage.run(ctx, { workspaceId: one, storageId });
    const conflict = { code: "conflict" };
    await expect(moveStorage.run(ctx, { workspaceId: other, storageId })).rejects.toMatchObject(
      conflict,
    );
    await expect(moveStorage.run(ctx, { workspaceId: one, storageId })).rejects.toMatchObject(
      conflict,
    );
    await expect(removeStorage.run(ctx, { storageId })).rejects.toMatchObject(conflict);
  });

  test("of another organisation is not there", async () => {
    const { id: storageId } = await create();
    const stranger = await addPerson(installation.ports);
    expect(await listStorages.run(stranger, {})).toEqual({ storages: [] });
    const missing = { code: "not_found" };
    await expect(removeStorage.run(stranger, { storageId })).rejects.toMatchObject(missing);
    const workspaceId = await makeRoom();
    await expect(moveStorage.run(stranger, { workspaceId, storageId })).rejects.toMatchObject(
      missing,
    );
    const [row] = await inSystem(ctx.db, (tx) =>
      tx.select().from(storages).where(eq(storages.id, storageId)),
    );
    expect(row?.orgId).toBe(ctx.orgId);
  });

  test("is forgotten when it is removed; what lies in it stays", async () => {
    const input = await place();
    const store = createS3ObjectStore({ ...input, client: openS3Client(input) });
    await store.put("theirs", Buffer.from("x"));
    const view = await createStorage.run(ctx, createStorage.input.parse(input));
    await removeStorage.run(ctx, { storageId: view.id });
    expect((await listStorages.run(ctx, {})).storages.map(({ id }) => id)).not.toContain(view.id);
    expect(await store.list("")).toEqual(["theirs"]);
  });
});
