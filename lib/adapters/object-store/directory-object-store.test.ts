import { mkdtemp, mkdir, rm, symlink, writeFile, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { objectStoreContract } from "@/lib/ports/object-store.contract";
import { createDirectoryObjectStore } from "./directory-object-store";

const folders: string[] = [];
async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), "object-store-"));
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe("directory object store", () => {
  objectStoreContract(async () => createDirectoryObjectStore({ root: await makeFolder() }));

  test("never writes, reads or lists through a link that somebody put into its folder", async () => {
    const root = await makeFolder();
    const outside = await makeFolder();
    await writeFile(join(outside, "secret"), "foreign");
    await symlink(outside, join(root, "linked"));
    await symlink(join(outside, "secret"), join(root, "file"));
    const store = createDirectoryObjectStore({ root });
    await expect(store.put("linked/x", Buffer.from("x"))).rejects.toThrow("ENOTDIR");
    await expect(store.get("linked/secret")).rejects.toMatchObject({ code: "not_found" });
    await expect(store.get("file")).rejects.toMatchObject({ code: "not_found" });
    await store.put("file", Buffer.from("mine"));
    expect((await store.getBytes("file")).toString()).toBe("mine");
    expect(await readdir(outside)).toEqual(["secret"]);
  });

  test.skipIf(process.getuid?.() !== 0)("gives what it writes to the reader's user", async () => {
    const root = await makeFolder();
    const store = createDirectoryObjectStore({ root, owner: { uid: 12_345, gid: 12_346 } });
    await store.put("a/b", Buffer.from("x"));
    for (const path of ["a", "a/b"]) {
      const { uid, gid } = await stat(join(root, path));
      expect({ uid, gid }).toEqual({ uid: 12_345, gid: 12_346 });
    }
  });

  test("says when its folder is gone", async () => {
    const root = await makeFolder();
    await mkdir(join(root, "x"));
    const store = createDirectoryObjectStore({ root: join(root, "nowhere") });
    await expect(store.check()).rejects.toThrow("ENOENT");
  });
});
