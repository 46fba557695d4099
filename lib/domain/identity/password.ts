import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

/** Argon2id with OWASP's figures: 19 MiB, two passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Of no password; checked for unknown people, so that they take as long as known ones. */
let hashOfNoOne: Promise<string> | undefined;

export const Password = z
  .string()
  .min(12, "A password needs 12 characters or more.")
  .max(200, "A password can have at most 200 characters.");

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** Takes as long without a hash as with one. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  hashOfNoOne ??= hash(randomBytes(16), cost);
  const compared = passwordHash ?? (await hashOfNoOne);
  const isRight = await verify(compared, password).catch(() => false);
  return passwordHash !== null && isRight;
}
