import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BrowserContext } from "@playwright/test";
import type { Product } from "./start-product";
import { productFile } from "./start-product";

export const owner = {
  orgName: "Acme Lamps",
  name: "Robin Owner",
  email: "robin@example.test",
  password: "a long sentence as password",
};

/** Facts of the installation that the global set-up started. */
export function currentProduct(): Product {
  const dataDir = process.env.WORKROOM_E2E_DATA_DIR;
  if (!dataDir) throw new Error("The product was not started by the global set-up.");
  return JSON.parse(readFileSync(productFile(dataDir), "utf8")) as Product;
}

type KeptSession = { orgSlug: string; cookies: Awaited<ReturnType<BrowserContext["cookies"]>> };

const sessionFile = () => path.join(currentProduct().dataDir, "e2e-session.json");

/** Keeps the owner's session of the set-up journey for the journeys after it. */
export async function keepSession(context: BrowserContext, orgSlug: string): Promise<void> {
  mkdirSync(path.dirname(sessionFile()), { recursive: true });
  const kept: KeptSession = { orgSlug, cookies: await context.cookies() };
  writeFileSync(sessionFile(), JSON.stringify(kept), { mode: 0o600 });
}

export function keptSession(): KeptSession {
  if (!existsSync(sessionFile())) throw new Error("The set-up journey kept no session.");
  return JSON.parse(readFileSync(sessionFile(), "utf8")) as KeptSession;
}

/** Signs a browser context in. By URL, not by domain: a `__Host-` cookie must not carry a domain. */
export async function signIn(context: BrowserContext, origin: string): Promise<void> {
  const { cookies } = keptSession();
  await context.addCookies(
    cookies.map(({ name, value, httpOnly, sameSite }) => ({
      name,
      value,
      url: origin.replace("http:", "https:"), // A secure cookie of an http address is refused, also on localhost.
      httpOnly,
      secure: true,
      sameSite,
    })),
  );
}
