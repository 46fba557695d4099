import { hkdfSync } from "node:crypto";
import { readEnv } from "@/lib/env";

let material: string | undefined;

/** What signs and seals everything of signing in. One secret a installation, made by the start script. */
export function authSecret(): string {
  if (material !== undefined) return material;
  const env = readEnv();
  const secret = env.NEXTAUTH_SECRET ?? env.WORKROOM_SECRET_KEY;
  if (secret === undefined)
    throw new Error(
      "NEXTAUTH_SECRET or WORKROOM_SECRET_KEY must be set before anybody can sign in.",
    );
  material = secret;
  return material;
}

/** A key of its own for each use, so that a token of one kind never passes for another. */
export const deriveAuthKey = (use: string): Buffer =>
  Buffer.from(hkdfSync("sha256", authSecret(), "workroom", use, 32));
