import fc from "fast-check";
import { expect, test } from "vitest";
import { packContent, unpackContent } from "./pack-content";

test("whatever the bytes are, they come back as they were", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom("utf8", "base64"),
      (raw, how) => {
        const bytes = Buffer.from(raw);
        const packed = packContent(bytes, { encoding: how, offset: 0, size: bytes.length });
        expect(unpackContent(packed.content, packed.encoding)).toEqual(bytes);
      },
    ),
  );
});

test("a text read in parts of any size is whole again, and no character is broken", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 100 }),
      fc.integer({ min: 4, max: 9 }),
      (text, step) => {
        const bytes = Buffer.from(text);
        let read = "";
        for (let offset = 0; offset < bytes.length;) {
          const part = bytes.subarray(offset, offset + step);
          const packed = packContent(part, { encoding: "utf8", offset, size: bytes.length });
          expect(packed.encoding).toBe("utf8");
          read += packed.content;
          offset += packed.length;
          expect(packed.isTruncated).toBe(offset < bytes.length);
        }
        expect(read).toBe(text);
      },
    ),
  );
});

test("what is no base64, and half a character, are refused", () => {
  for (const content of ["no!", "=AAA", "A A=", "A"])
    expect(() => unpackContent(content, "base64")).toThrow("No base64");
  expect(() => unpackContent("\ud800", "utf8")).toThrow("No text");
  expect(unpackContent("AP/+", "base64")).toEqual(Buffer.from([0, 255, 254]));
});
