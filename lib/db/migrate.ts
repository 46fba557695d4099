import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { AppError } from "@/lib/errors";

/** The role the product runs as: it owns nothing, and row-level security holds for it. */
export const APP_ROLE = "workroom_app";
/** Any fixed number: two starts of the product on one server migrate one after the other. */
const MIGRATION_LOCK = 7_264_301;
const CONNECT_TIMEOUT_MS = 20_000;

type Options = {
  /** Connects as the owner of the database: a role that may create roles, or one for which the app role was made. */
  ownerUrl: string;
  /** Password of the app role; kept by the caller, set again at each start. */
  appPassword: string;
  /** The folder `drizzle/` of the product. */
  migrationsFolder: string;
  /** Installs the schema of the job queue; part of the adapter, so it is handed in. */
  installJobs: (ownerUrl: string) => Promise<void>;
};

/**
 * Brings the database to the product's version and makes the role it runs as. Safe to repeat and to run twice at once.
 *
 * @returns the URL to connect with as the app role
 * @throws AppError `unavailable` with the remedy in plain words
 */
export async function migrateDatabase(options: Options): Promise<{ appUrl: string }> {
  const client = new Client({
    connectionString: options.ownerUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await client.connect().catch((cause: unknown) => {
    throw new AppError("unavailable", `The database can't be reached: ${reasonOf(cause)}`, {
      cause,
    });
  });
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await makeAppRole(client, options.appPassword);
    await migrate(drizzle(client), { migrationsFolder: options.migrationsFolder });
    await options.installJobs(options.ownerUrl);
    await grantToAppRole(client);
  } finally {
    await client.end(); // also gives the lock back
  }
  const url = new URL(options.ownerUrl);
  url.username = APP_ROLE;
  url.password = options.appPassword;
  return { appUrl: url.href };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function makeAppRole(client: Client, password: string): Promise<void> {
  const role = escapeIdentifier(APP_ROLE);
  const attributes = "login nosuperuser nobypassrls nocreatedb nocreaterole";
  const found = await client.query("select 1 from pg_roles where rolname = $1", [APP_ROLE]);
  const verb = found.rowCount === 0 ? "create" : "alter";
  try {
    await client.query(`${verb} role ${role} ${attributes} password ${escapeLiteral(password)}`);
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `The role of DATABASE_URL may not ${verb} the role ${APP_ROLE} (${reasonOf(cause)}). ` +
        "Give it the right once: alter role <name of its role> createrole;",
      { cause },
    );
  }
}

/** Entries of the audit log, events and published versions are only ever added. */
const appendOnly = ["audit_entries", "audit_seals", "events", "app_versions"];

async function grantToAppRole(client: Client): Promise<void> {
  const role = escapeIdentifier(APP_ROLE);
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  const database = escapeIdentifier(rows[0]?.name ?? "postgres");
  const lines = [
    `grant connect on database ${database} to ${role}`,
    `grant usage on schema public, graphile_worker to ${role}`,
    `grant select, insert, update, delete on all tables in schema public to ${role}`,
    `revoke update, delete, truncate on ${appendOnly.join(", ")} from ${role}`,
    `grant select, insert, update, delete on all tables in schema graphile_worker to ${role}`,
    `grant usage, select on all sequences in schema graphile_worker to ${role}`,
    `grant execute on all functions in schema public, graphile_worker to ${role}`,
    `alter role ${role} set statement_timeout = '30s'`,
    `alter role ${role} set idle_in_transaction_session_timeout = '60s'`,
    `alter role ${role} set lock_timeout = '20s'`,
  ];
  for (const line of lines) await client.query(line);
  await openJobTables(client, role);
}

/** The job queue locks its tables with row-level security and no policy: only their owner reaches them without this. */
async function openJobTables(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity",
  );
  for (const { name } of rows) {
    const table = `graphile_worker.${escapeIdentifier(name)}`;
    await client.query(`drop policy if exists workroom_jobs on ${table}`);
    await client.query(
      `create policy workroom_jobs on ${table} to ${role} using (true) with check (true)`,
    );
  }
}
