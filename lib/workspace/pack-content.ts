import type { FileOpResult } from "@/lib/protocol/file-ops";

type Packed = Pick<
  FileOpResult<"read">,
  "encoding" | "content" | "isBinary" | "offset" | "length" | "isTruncated"
>;
type Asked = { encoding: "utf8" | "base64"; offset: number; size: number };

const LOOKED_AT_BYTES = 8_192;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The bytes of a file, or of a part of it, as they travel in JSON: text only when it is exactly these bytes, else base64.
 * A part of a text ends with a whole character, so it may be up to three bytes shorter than asked for.
 */
export function packContent(bytes: Buffer, { encoding, offset, size }: Asked): Packed {
  const isWhole = offset + bytes.length >= size;
  const text = decode(isWhole ? bytes : wholeCharacters(bytes));
  const isBinary = text === null || bytes.subarray(0, LOOKED_AT_BYTES).includes(0);
  if (encoding === "utf8" && text !== null) {
    const length = Buffer.byteLength(text);
    const isTruncated = offset + length < size;
    return { encoding, content: text, isBinary, offset, length, isTruncated };
  }
  const content = bytes.toString("base64");
  return {
    encoding: "base64",
    content,
    isBinary,
    offset,
    length: bytes.length,
    isTruncated: !isWhole,
  };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Without the start of a character whose other bytes are behind the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/**
 * The bytes that a content stands for.
 *
 * @throws an error with code `EINVAL` for what is no base64, or no text that has bytes
 */
export function unpackContent(content: string, encoding: "utf8" | "base64"): Buffer {
  const isFine =
    encoding === "base64"
      ? /^[A-Za-z0-9+/]*={0,2}$/.test(content) && bare(content) % 4 !== 1
      : content.isWellFormed();
  const bytes = Buffer.from(content, encoding);
  const isWhole = encoding === "utf8" || bytes.length === Math.floor((bare(content) * 3) / 4);
  if (isFine && isWhole) return bytes;
  throw Object.assign(new Error(encoding === "base64" ? "No base64" : "No text"), {
    code: "EINVAL",
  });
}

const bare = (content: string) => content.replace(/=+$/, "").length;
