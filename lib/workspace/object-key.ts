import { AppError } from "@/lib/errors";

const MAX_KEY_BYTES = 1_024; // S3's own limit
const MAX_NAME_BYTES = 255; // that of every Linux file system
/** Objects on their way into a directory have such a name until they are whole. */
const PARTIAL = /^\.tmp-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isPartialName = (name: string): boolean => PARTIAL.test(name);

/** True for what the object store's port takes as a key. */
export function isObjectKey(key: string): boolean {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES || key.includes("\0") || !key.isWellFormed())
    return false;
  return key
    .split("/")
    .every(
      (name) =>
        name !== "" &&
        name !== "." &&
        name !== ".." &&
        Buffer.byteLength(name) <= MAX_NAME_BYTES &&
        !isPartialName(name),
    );
}

/** @throws AppError `invalid_input` */
export function checkObjectKey(key: string): void {
  if (!isObjectKey(key))
    throw new AppError("invalid_input", "This is not the key of an object.", { details: { key } });
}
