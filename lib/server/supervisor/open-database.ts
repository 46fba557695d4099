import path from "node:path";
import { startPostgres } from "@/lib/adapters/database/embedded-postgres";
import { APP_ROLE, migrateDatabase } from "@/lib/db/migrate";
import type { DataFolder, HostUser } from "./data-folder";
import { installJobTables } from "@/lib/adapters/job-queue/graphile-job-queue";

export type Database = { ownerUrl: string; stop(): Promise<void> };

/** The operator's PostgreSQL (DATABASE_URL), or our own on a unix socket in the data folder. */
export async function openDatabase(
  folder: DataFolder,
  givenUrl: string | undefined,
  runAs: HostUser | null,
  onLog: (line: string) => void,
): Promise<Database> {
  if (givenUrl) return { ownerUrl: givenUrl, stop: async () => undefined };
  return startPostgres({ dir: folder.postgres, ...(runAs ? { runAs } : {}), onLog });
}

/** The owner's address of a database as that of the role the product runs as. */
export function appDatabaseUrl(ownerUrl: string, appPassword: string): string {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = appPassword;
  return url.href;
}

/** Brings the tables to this version; gives the URL of the role that the product runs as. */
export async function migrate(
  database: { ownerUrl: string },
  checkout: string,
  appPassword: string,
): Promise<string> {
  const { appUrl } = await migrateDatabase({
    ownerUrl: database.ownerUrl,
    appPassword,
    migrationsFolder: path.join(checkout, "drizzle"),
    installJobs: () => installJobTables(database.ownerUrl),
  });
  return appUrl;
}
