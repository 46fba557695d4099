import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { startPostgres, type EmbeddedPostgres } from "@/lib/adapters/database/embedded-postgres";
import { installJobTables } from "@/lib/adapters/job-queue/graphile-job-queue";
import { APP_ROLE, migrateDatabase } from "@/lib/db/migrate";

const TEMPLATE = "workroom_template";

/**
 * One PostgreSQL for a whole test run, started when the first test asks for a database. Each answer is a fresh copy of
 * a migrated template; everything is gone when the run ends.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const dir = mkdtempSync(path.join(tmpdir(), "wr-pg-"));
  const socket = path.join(dir, "ask.sock");
  const appPassword = randomBytes(12).toString("hex");
  let cluster: Promise<EmbeddedPostgres> | null = null;
  let count = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const copy = async (name: string) => {
    cluster ??= startTemplate(path.join(dir, "pg"), appPassword);
    const { ownerUrl } = await cluster;
    await asOwner(ownerUrl, (client) =>
      client.query(`create database ${name} template ${TEMPLATE}`),
    );
    const owner = new URL(ownerUrl);
    owner.pathname = `/${name}`;
    const app = new URL(owner);
    app.username = APP_ROLE;
    app.password = appPassword;
    return { ownerUrl: owner.href, appUrl: app.href };
  };
  const server = createServer((_request, response) => {
    const name = `test_${++count}`;
    // Copies of one template are made one after the other: PostgreSQL refuses two at once.
    const made = turn.then(() => copy(name));
    turn = made.catch(() => undefined);
    made.then(
      (urls) => response.end(JSON.stringify(urls)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.env["WORKROOM_TEST_POSTGRES"] = socket;
  return async () => {
    server.close();
    await (await cluster?.catch(() => null))?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

async function startTemplate(dir: string, appPassword: string): Promise<EmbeddedPostgres> {
  const cluster = await startPostgres({ dir });
  await asOwner(cluster.ownerUrl, (client) => client.query(`create database ${TEMPLATE}`));
  const template = new URL(cluster.ownerUrl);
  template.pathname = `/${TEMPLATE}`;
  await migrateDatabase({
    ownerUrl: template.href,
    appPassword,
    migrationsFolder: path.join(import.meta.dirname, "../drizzle"),
    installJobs: installJobTables,
  });
  return cluster;
}

async function asOwner(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await work(client).finally(() => client.end());
}
