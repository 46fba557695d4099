import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { randomBase32 } from "@/lib/ids";

const PREFIX = "wrk_";
const RANDOM_LENGTH = 52; // 260 bits
const CHECKSUM_LENGTH = 7; // 32 bits
const form = new RegExp(`^${PREFIX}[0-9a-hjkmnp-tv-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A new key: prefix, random characters, checksum. By the prefix and the checksum a secret scanner knows a key from any
 * other text, and a mistyped one is refused without asking the database.
 */
export function newApiKeySecret(): string {
  const body = PREFIX + randomBase32(RANDOM_LENGTH);
  return body + checksumOf(body);
}

export function isApiKeySecret(text: string): boolean {
  const body = text.slice(0, -CHECKSUM_LENGTH);
  return form.test(text) && checksumOf(body) === text.slice(-CHECKSUM_LENGTH);
}

/** A key has 260 random bits, so a plain hash of it can't be guessed back. */
export const hashApiKey = (secret: string): string =>
  createHash("sha256").update(secret).digest("hex");

function checksumOf(text: string): string {
  let left = crc32(text);
  let letters = "";
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    letters = (ALPHABET[left & 31] ?? "") + letters;
    left >>>= 5;
  }
  return letters;
}
