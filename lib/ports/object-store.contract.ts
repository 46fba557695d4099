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

  test("refuses keys that could leave its root", async () => {
    const store = await create();
    const bad = [
      "",
      "/",
      "a//b",
      "../x",
      "a/../x",
      "a/./b",
      "/etc/passwd",
      "a\0b",
      "a b",
      "a\\b",
      "é",
      "a/",
    ];
    for (const key of bad) {
      await expect(store.put(key, Buffer.from("x"))).rejects.toMatchObject({
        code: "invalid_input",
      });
      await expect(store.get(key)).rejects.toMatchObject({ code: "invalid_input" });
      await expect(store.size(key)).rejects.toMatchObject({ code: "invalid_input" });
      await expect(store.delete(key)).rejects.toMatchObject({ code: "invalid_input" });
    }
    expect(await store.list("")).toEqual([]);
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
