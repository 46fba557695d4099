import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { ObjectStore } from "./object-store";

/** What every object store must do; each adapter's own test runs it on a fresh store. */
// eslint-disable-next-line max-lines-per-function -- a suite is one list of guarantees
export function objectStoreContract(create: () => Promise<ObjectStore>): void {
  test("gives back the bytes that were put, whole and by range", async () => {
    const store = await create();
    const body = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 256));
    await store.put("workrooms/a/one", body);
    expect(await store.getBytes("workrooms/a/one")).toEqual(body);
    const range = { start: 10, end: 19 };
    expect(await store.getBytes("workrooms/a/one", { range })).toEqual(body.subarray(10, 20));
    expect(await buffer(await store.get("workrooms/a/one", { range }))).toEqual(
      body.subarray(10, 20),
    );
    expect(await store.size("workrooms/a/one")).toBe(1_000);
  });

  test("takes streams and empty objects", async () => {
    const store = await create();
    await store.put("stream", Readable.from([Buffer.from("ab"), Buffer.from("cd")]));
    await store.put("empty", new Uint8Array());
    expect((await store.getBytes("stream")).toString()).toBe("abcd");
    expect((await store.getBytes("empty")).length).toBe(0);
    expect(await store.size("empty")).toBe(0);
  });

  test("leaves nothing behind when the body breaks", async () => {
    const store = await create();
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("half");
        throw new Error("cut");
      })(),
    );
    await expect(store.put("broken", broken)).rejects.toThrow("cut");
    expect(await store.size("broken")).toBeNull();
    expect(await store.list("")).toEqual([]);
  });

  test("answers not_found for a missing key and for a range outside invalid_input", async () => {
    const store = await create();
    await store.put("there/it/is", Buffer.from("x"));
    for (const key of ["missing", "there/it", "there/it/is/not"]) {
      await expect(store.get(key)).rejects.toMatchObject({ code: "not_found" });
      await expect(store.getBytes(key)).rejects.toMatchObject({ code: "not_found" });
      expect(await store.size(key)).toBeNull();
    }
    await expect(
      store.getBytes("there/it/is", { range: { start: 0, end: 1 } }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("refuses keys that could leave its root, and those that no file could have", async () => {
    const store = await create();
    const bad = [
      "",
      "/",
      "a//b",
      "..",
      "../x",
      "a/../x",
      "a/..",
      "a/./b",
      "/etc/passwd",
      "a\0b",
      "a/",
    ];
    bad.push("\uD800", `long/${"n".repeat(256)}`, "k".repeat(1_025), `${"key/".repeat(256)}x`);
    bad.push("a/.tmp-01234567-89ab-cdef-0123-456789abcdef");
    for (const key of bad) {
      const refused = { code: "invalid_input" };
      await expect(store.put(key, Buffer.from("x"))).rejects.toMatchObject(refused);
      await expect(store.get(key)).rejects.toMatchObject(refused);
      await expect(store.size(key)).rejects.toMatchObject(refused);
      await expect(store.stat(key)).rejects.toMatchObject(refused);
      await expect(store.delete(key)).rejects.toMatchObject(refused);
    }
    expect(await store.list("")).toEqual([]);
  });

  test("takes every name that a file can have", async () => {
    const store = await create();
    const folder = `${"d".repeat(199)}/`.repeat(4);
    const longest = `${folder}${"é".repeat(100)}x`;
    const keys = [
      "a b",
      " lead",
      "trail ",
      "a+b",
      "a%20b",
      "100%",
      "a&b=c?d#e",
      "q'\"`<>|*:;,$!@^~()[]{}",

      "a\\b",
      "new\nline",
      "tab\tand\rreturn",
      "\u0001",
      "\u007f",
      "é",
      "e\u0301",
      "日本/語",
      "\u{1F4A1}",
      "\uFFFD",
      ".hidden/.x",
      "...",
      "..a",
      "a..",
      "-rf",
      ".tmp-",
      ".workroom/seg/1-2-ab",
      longest,
    ];
    expect(Buffer.byteLength(longest)).toBe(1_001);
    for (const key of keys) await store.put(key, Buffer.from(key));
    for (const key of keys) expect((await store.getBytes(key)).toString()).toBe(key);
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await store.list("")).toEqual(sorted);
    const paged: string[] = [];
    for (let page = [""]; page.length > 0; paged.push(...page))
      page = await store.list("", { after: paged.at(-1) ?? "", limit: 3 });
    expect(paged).toEqual(sorted);
    for (const key of keys) await store.delete(key);
    expect(await store.list("")).toEqual([]);
  });

  test("describes what it lists: size, time and a tag that changes with the content", async () => {
    const store = await create();
    const before = Date.now();
    const { etag } = await store.put("dir/x", Buffer.from("one"));
    await store.put("dir/y", Buffer.from("four"));
    const [x, y] = await store.listObjects("dir/");
    expect(x).toMatchObject({ key: "dir/x", size: 3, etag });
    expect(y).toMatchObject({ key: "dir/y", size: 4 });
    expect(Math.abs((x?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
    expect(await store.stat("dir/x")).toMatchObject({ key: "dir/x", size: 3, etag });
    expect(await store.stat("dir")).toBeNull();
    const changed = await store.put("dir/x", Buffer.from("two"));
    expect(changed.etag).not.toBe(etag);
    expect((await store.listObjects("dir/", { limit: 1 }))[0]?.etag).toBe(changed.etag);
  });

  test("takes a long stream of unknown length, and gives it back from any offset", async () => {
    const store = await create();
    const MiB = 1_048_576;
    const size = 66 * MiB + 12_345;
    const body = Buffer.alloc(size);
    for (let i = 0; i + 4 <= size; i += 4) body.writeUInt32LE(i, i);
    function* pieces() {
      for (let i = 0; i < size; i += 777_777) yield body.subarray(i, i + 777_777);
    }
    await store.put("long", Readable.from(pieces()));
    expect(await store.size("long")).toBe(size);
    expect((await store.getBytes("long")).equals(body)).toBe(true);
    const range = { start: 16 * MiB - 3, end: 33 * MiB + 1 };
    const part = await store.getBytes("long", { range });
    expect(part.equals(body.subarray(range.start, range.end + 1))).toBe(true);
    await store.put("long", body);
    expect((await store.getBytes("long")).equals(body)).toBe(true);
  });

  test("ends at once when it is told to", async () => {
    const store = await create();
    await store.put("there", Buffer.alloc(100));
    const signal = AbortSignal.abort(new Error("stop"));
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    await expect(store.put("x", endless, { signal })).rejects.toThrow(/stop|abort/i);
    expect(await store.list("")).toEqual(["there"]);
  });

  test("puts a key below one that is gone, and one in the place of many", async () => {
    const store = await create();
    await store.put("a", Buffer.from("file"));
    await store.delete("a");
    await store.put("a/b/c", Buffer.from("below"));
    await store.delete("a/b/c");
    await store.put("a", Buffer.from("file again"));
    expect(await store.list("")).toEqual(["a"]);
  });

  test("keeps what is written while its neighbours are deleted", async () => {
    const store = await create();
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await store.put(`f/g/${i}`, Buffer.from("x"));
        if (i % 2 === 0) await store.delete(`f/g/${i}`);
      }),
    );
    expect((await store.list("f/")).length).toBe(20);
  });

  test("lists keys in byte order by prefix and page", async () => {
    const store = await create();
    const keys = ["a-b", "a/1", "a/2/x", "a/2.x", "b", "B", "a.b"];
    for (const key of keys) await store.put(key, Buffer.from(key));
    const sorted = keys.toSorted();
    expect(await store.list("")).toEqual(sorted);
    expect(await store.list("a/")).toEqual(["a/1", "a/2.x", "a/2/x"]);
    expect(await store.list("a/2")).toEqual(["a/2.x", "a/2/x"]);
    const paged: string[] = [];
    for (;;) {
      const page = await store.list("", { after: paged.at(-1) ?? "", limit: 2 });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(sorted);
  });

  test("deletes, and deletes again without complaint", async () => {
    const store = await create();
    await store.put("x/y", Buffer.from("1"));
    await store.delete("x/y");
    await store.delete("x/y");
    expect(await store.size("x/y")).toBeNull();
  });

  test("puts the same key twice, also at once", async () => {
    const store = await create();
    const body = Buffer.alloc(100_000, 7);
    await Promise.all(Array.from({ length: 8 }, () => store.put("same", body)));
    expect(await store.getBytes("same")).toEqual(body);
    expect(await store.list("")).toEqual(["same"]);
  });

  test("says when it works", async () => {
    const store = await create();
    await store.check();
    expect(await store.list("")).toEqual([]);
  });
}
