import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPostgres } from "./embedded-postgres";
import { wrapCommand } from "./postgres-command";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "wr-db-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function query<T>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}
const postmasterPid = () =>
  Number(readFileSync(path.join(dir, "data/postmaster.pid"), "utf8").split("\n")[0]);

describe("the embedded database", () => {
  test("keeps its data over a stop, listens on no network port, and wants a password", async () => {
    const first = await startPostgres({ dir });
    await query(first.ownerUrl, "create table t as select 1 as v");
    const [setting] = await query<{ at: string }>(
      first.ownerUrl,
      "select current_setting('listen_addresses') as at",
    );
    expect(setting).toEqual({ at: "" });
    const guess = new URL(first.ownerUrl);
    guess.password = "guess";
    await expect(query(guess.href, "select 1")).rejects.toThrow(/password/);
    await first.stop();
    const second = await startPostgres({ dir });
    expect(await query(second.ownerUrl, "select v from t")).toEqual([{ v: 1 }]);
    await second.stop();
    expect(existsSync(path.join(dir, "data/postmaster.pid"))).toBe(false);
    expect(statSync(path.join(dir, "owner-password")).mode & 0o777).toBe(0o600);
  });

  test("starts again by itself when it is killed, with every committed row", async () => {
    const server = await startPostgres({ dir });
    await query(server.ownerUrl, "create table t as select 7 as v");
    process.kill(postmasterPid(), "SIGKILL");
    await expect
      .poll(() => query(server.ownerUrl, "select v from t").catch(() => null), {
        timeout: 30_000,
        interval: 100,
      })
      .toEqual([{ v: 7 }]);
    await server.stop();
  });

  test("an unfinished first start is no database: the next one makes it whole", async () => {
    mkdirSync(path.join(dir, "data.tmp/base"), { recursive: true });
    const server = await startPostgres({ dir });
    expect(await query(server.ownerUrl, "select 1 as v")).toEqual([{ v: 1 }]);
    await server.stop();
  });

  test("ends with its parent, and a new parent takes the folder over", async () => {
    const first = await startPostgres({ dir });
    await first.stop();
    // The parent is a small shell that is killed; the server was asked to end with it.
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const { postgres } = (await import(name)) as { postgres: string };
    const args = [
      "-D",
      path.join(dir, "data"),
      "-k",
      path.join(dir, "run"),
      "-c",
      "listen_addresses=",
    ];
    const command = wrapCommand(postgres, args, null, { endsWithParent: true });
    const line = [command.file, ...command.args].map((word) => `'${word}'`).join(" ");
    const parent = spawn("bash", ["-c", `${line} & wait`], { stdio: "ignore" });
    await expect
      .poll(() => query(first.ownerUrl, "select 1 as v").catch(() => null), { timeout: 20_000 })
      .toEqual([{ v: 1 }]);
    parent.kill("SIGKILL");
    const second = await startPostgres({ dir });
    expect(await query(second.ownerUrl, "select 1 as v")).toEqual([{ v: 1 }]);
    await second.stop();
  });

  test("a folder too deep for a socket is refused with the remedy", async () => {
    const deep = path.join(dir, "x".repeat(100));
    await expect(startPostgres({ dir: deep })).rejects.toThrow(/WORKROOM_DATA_DIR/);
  });
});
