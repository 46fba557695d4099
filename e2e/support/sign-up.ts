import type { Browser, BrowserContext } from "@playwright/test";
import { Api } from "./api";
import type { TestInstallation } from "./installation";
import { owner } from "./owner";

export type SignedUp = { context: BrowserContext; api: Api; orgSlug: string };

/** Sets an installation up through its API and signs a browser in; the page's own way has a journey of its own. */
export async function signUp(browser: Browser, installation: TestInstallation): Promise<SignedUp> {
  const context = await browser.newContext({ baseURL: installation.origin });
  const page = await context.newPage();
  await page.goto(`${installation.origin}/login`);
  const token = new URL(installation.setupLink).searchParams.get("token");
  const orgSlug = await page.evaluate(
    async ({ token, owner }) => {
      const set = await fetch("/api/setup", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, ...owner }),
      });
      const { orgSlug } = (await set.json()) as { orgSlug: string };
      const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
      const form = new URLSearchParams({
        email: owner.email,
        password: owner.password,
        csrfToken,
        json: "true",
      });
      await fetch("/api/auth/callback/credentials", { method: "POST", body: form });
      return orgSlug;
    },
    { token, owner },
  );
  await page.goto(`${installation.origin}/api/health`);
  return { context, api: new Api(page), orgSlug };
}
