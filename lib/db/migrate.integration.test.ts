import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installJobTables } from "@/lib/adapters/job-queue/graphile-job-queue";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { migrateDatabase } from "./migrate";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const migrate = (ownerUrl: string) =>
  migrateDatabase({
    ownerUrl,
    appPassword: decodeURIComponent(new URL(database.appUrl).password),
    migrationsFolder: join(import.meta.dirname, "../../drizzle"),
    installJobs: installJobTables,
  });

describe("migrateDatabase", () => {
  test("can be repeated, and run by two starts at once", async () => {
    const urls = await Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)]);
    expect(urls.map(({ appUrl }) => appUrl)).toEqual([database.appUrl, database.appUrl]);
  });

  test("a role that may make no roles is told which right it needs", async () => {
    const owner = new Client(database.ownerUrl);
    await owner.connect();
    const name = `poor_${database.pool.options.max}_${process.pid}`;
    await owner.query(`create role ${name} login password 'p'`);
    const url = new URL(database.ownerUrl);
    [url.username, url.password] = [name, "p"];
    await expect(migrate(url.href)).rejects.toThrow(/createrole/);
    await owner.query(`drop role ${name}`);
    await owner.end();
  });

  test("a server that can't be reached is named", async () => {
    await expect(migrate("postgresql://u@127.0.0.1:1/x")).rejects.toThrow(/can't be reached/);
  });
});
