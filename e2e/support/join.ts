import type { Browser, Page } from "@playwright/test";
import type { Api } from "./api";

export type Newcomer = { name: string; email: string; role: "admin" | "member" | "viewer" };

/** A second person in a browser of their own: invited, and in by the link, as a person does it. */
export async function joinAs(
  browser: Browser,
  { api, baseURL, orgSlug }: { api: Api; baseURL: string | undefined; orgSlug: string },
  { name, email, role }: Newcomer,
): Promise<Page> {
  const { url } = await api.ask<{ url: string }>("POST", "/invitations", { email, role });
  const context = await browser.newContext({
    viewport: { width: 1_440, height: 900 },
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password").fill(`a long sentence for ${email}`);
  await page.getByRole("button", { name: "Make an account and join" }).click();
  await page.waitForURL(`**/${orgSlug}`);
  return page;
}
