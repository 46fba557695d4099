import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insertScript } from "./insert-script";

const TAG = "<script src=/x.js></script>";
const insertInto = async (...chunks: (string | Buffer)[]) => {
  const page = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return (await buffer(page.pipe(insertScript(TAG)))).toString("utf8");
};

describe("insertScript", () => {
  it.each([
    ["<!doctype html><html lang=en><head><title>a</title>", "<!doctype html><html lang=en><head>"],
    ["<!-- old --><!DOCTYPE html>\n<html>\n<body>hi", "<!-- old --><!DOCTYPE html>\n<html>\n"],
    ["<head data-a='b'><script>1</script>", "<head data-a='b'>"],
    [`<html data-a=">"><head title='a>b'><title>c</title>`, `<html data-a=">"><head title='a>b'>`],
    ["<!doctype html><header>no head</header>", "<!doctype html>"],
    ["<script>first()</script>", ""],
    ["just words", ""],
    ["\uFEFF<!doctype html><p>with a mark", "\uFEFF<!doctype html>"],
  ])("goes after what only opens the page: %s", async (page, before) => {
    expect(await insertInto(page)).toBe(`${before}${TAG}${page.slice(before.length)}`);
  });

  it("does the same however the page is cut into chunks, also in the middle of a letter", async () => {
    const page = Buffer.from(
      "<!doctype html><!-- ä > --><html><head><title>Größe €</title></head>",
    );
    const whole = await insertInto(page);
    expect(whole).toContain(`<head>${TAG}<title>Größe €`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(page.length), { maxLength: 8 }), async (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), page.length];
        const chunks = ends.map((end, index) => page.subarray(ends[index - 1] ?? 0, end));
        expect(await insertInto(...chunks)).toBe(whole);
      }),
    );
  });

  it("leaves an empty answer empty and does not wait for ever for a first tag", async () => {
    expect(await insertInto()).toBe("");
    const stream = insertScript(TAG);
    stream.write(Buffer.from(`<!--${"x".repeat(20_000)}`));
    expect(String(stream.read())).toContain(TAG);
    stream.destroy();
  });
});
