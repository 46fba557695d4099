import { openDb } from "@/lib/db/client";
import { openPool } from "@/lib/db/open-pool";
import { issueSetupTicket } from "@/lib/domain/identity/issue-setup-ticket";
import { resetOwner } from "@/lib/domain/identity/reset-owner";

async function withDatabase<T>(
  url: string,
  work: (ports: { db: ReturnType<typeof openDb>; now: () => Date }) => Promise<T>,
): Promise<T> {
  const pool = openPool(url, { max: 1, name: "workroom-supervisor" });
  try {
    return await work({ db: openDb(pool), now: () => new Date() });
  } finally {
    await pool.end();
  }
}

/** The one-time link of the first visit, or `null` when the installation has an owner. */
export async function setupLink(appUrl: string, dashboard: URL): Promise<string | null> {
  const token = await withDatabase(appUrl, issueSetupTicket);
  return token && new URL(`/setup?token=${token}`, dashboard).href;
}

/** A one-time link with which the owner chooses a new password. */
export async function resetOwnerLink(
  appUrl: string,
  dashboard: URL,
): Promise<{ email: string; link: string }> {
  const { email, secret } = await withDatabase(appUrl, resetOwner);
  return { email, link: new URL(`/reset-owner?token=${secret}`, dashboard).href };
}
