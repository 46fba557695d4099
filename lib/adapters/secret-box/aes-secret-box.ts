import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AppError } from "@/lib/errors";
import type { SecretBox } from "@/lib/ports/secret-box";

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * AES-256-GCM envelopes: each secret has a data key of its own, which the installation's key wraps.
 * A box is `v1.<key id>.<wrapped data key>.<sealed secret>`, base64url; `keys` may hold older keys for opening.
 */
export function aesSecretBox(current: Buffer, older: readonly Buffer[] = []): SecretBox {
  for (const key of [current, ...older])
    if (key.length !== KEY_BYTES)
      throw new AppError("internal", "WORKROOM_SECRET_KEY must be 32 bytes in base64.");
  const keys = new Map([current, ...older].map((key) => [keyId(key), key]));
  return {
    seal(plaintext, context) {
      const dataKey = randomBytes(KEY_BYTES);
      const wrapped = encrypt(current, dataKey, `key:${context}`);
      const sealed = encrypt(dataKey, Buffer.from(plaintext, "utf8"), context);
      return [VERSION, keyId(current), wrapped, sealed].join(".");
    },
    open(box, context) {
      const [version, id = "", wrapped = "", sealed = ""] = box.split(".");
      const key = keys.get(id);
      if (version !== VERSION || !key)
        throw new AppError(
          "internal",
          "A secret was sealed with another key of this installation.",
        );
      try {
        const dataKey = decrypt(key, wrapped, `key:${context}`);
        return decrypt(dataKey, sealed, context).toString("utf8");
      } catch (cause) {
        throw new AppError("internal", "A sealed secret was changed.", { cause });
      }
    },
  };
}

const keyId = (key: Buffer) => createHash("sha256").update(key).digest("base64url").slice(0, 8);

function encrypt(key: Buffer, plaintext: Buffer, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
}

function decrypt(key: Buffer, text: string, context: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}
