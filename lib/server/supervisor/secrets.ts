import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

export type Secrets = {
  /** Encrypts saved model keys. */
  secretKey: string;
  /** Signs the cookies of signed-in browsers. */
  authSecret: string;
  /** Password of the database role that the product runs as. */
  databasePassword: string;
};

/** The secret in this file; made on the first start, never changed after that. */
function keepSecret(folder: string, name: string): string {
  const file = path.join(folder, name);
  try {
    const fd = openSync(file, "wx", 0o600);
    writeSync(fd, randomBytes(32).toString("base64"));
    fsyncSync(fd);
    closeSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  chmodSync(file, 0o600);
  const secret = readFileSync(file, "utf8").trim();
  if (Buffer.from(secret, "base64").length !== 32)
    throw new PlainFailure(
      `${file} is damaged: it must hold 32 bytes in base64. Restore it from a backup; without it, saved model keys can't be read.`,
    );
  return secret;
}

/** Secrets of the installation: the operator's own from the environment, else those of the data folder. */
export function keepSecrets(
  folder: string,
  given: { secretKey: string | undefined; authSecret: string | undefined },
): Secrets {
  return {
    secretKey: given.secretKey ?? keepSecret(folder, "secret-key"),
    authSecret: given.authSecret ?? keepSecret(folder, "auth-secret"),
    databasePassword: keepSecret(folder, "database-password"),
  };
}
