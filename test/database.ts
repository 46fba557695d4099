import { request } from "node:http";
import type { Pool } from "pg";
import { openDb, type Db } from "@/lib/db/client";
import { openPool } from "@/lib/db/open-pool";

export type TestDatabase = {
  db: Db;
  pool: Pool;
  /** As the product connects, and as the owner of the tables (row-level security holds for both). */
  appUrl: string;
  ownerUrl: string;
  close(): Promise<void>;
};

/** A database of its own for one test file: real PostgreSQL, migrated, empty. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const urls = JSON.parse(await ask()) as { ownerUrl: string; appUrl: string };
  const pool = openPool(urls.appUrl, { max: 10, name: "test" });
  return { ...urls, pool, db: openDb(pool), close: () => pool.end() };
}

function ask(): Promise<string> {
  const socketPath = process.env["WORKROOM_TEST_POSTGRES"];
  if (!socketPath) throw new Error("test/postgres-setup.ts is not a globalSetup of this project");
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: "/" }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(text)),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}
