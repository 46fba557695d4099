import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { oidcClient, type OidcServer, startOidcServer } from "../test/auth/oidc-server";
import { freePort } from "./support/free-port";
import { ownUidBase, TestInstallation } from "./support/installation";
import { owner } from "./support/owner";
import { makeRoom } from "./support/rooms";
import { type SignedUp, signUp } from "./support/sign-up";
import { tidyTest as test } from "./support/tidy-test";

// An installation of its own: it knows a sign-in provider, which is a real OpenID Connect server of the test.

test.describe.configure({ mode: "serial", timeout: 120_000 });

const guest = { sub: "guest", name: "Grace Guest", email: "grace@example.test", isVerified: true };
const self = { sub: "robin", name: "Robin There", email: "robin@there.test", isVerified: true };
const stranger = { sub: "stranger", name: "Sam Stranger", email: "sam@example.test" };

let installation: TestInstallation;
let oidc: OidcServer;
let signed: SignedUp;
let page: Page;
let codes: string[];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000); // The limit of the journeys is not that of what they start with.
  const port = await freePort();
  const callback = `http://workroom.localhost:${port}/api/auth/callback/oidc`;
  oidc = await startOidcServer(callback, [guest, self, stranger]);
  installation = new TestInstallation({
    port,
    uidBase: ownUidBase(),
    env: {
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidcClient.id,
      OIDC_CLIENT_SECRET: oidcClient.secret,
      OIDC_NAME: "Acme ID",
    },
  });
  await installation.start();
  signed = await signUp(browser, installation);
  page = await signed.context.newPage();
});

test.afterAll(async () => {
  await installation.stop();
  await oidc.stop();
  installation.remove();
  await signed?.context.close();
});

const openAccount = () => page.goto(`${installation.origin}/${signed.orgSlug}/settings/account`);
const newPage = async (browser: Browser) =>
  (await browser.newContext({ baseURL: installation.origin })).newPage();
const codeOf = (key: string, secondsAhead = 0) =>
  new TOTP({ secret: Secret.fromBase32(key.replaceAll(" ", "")) }).generate({
    timestamp: Date.now() + secondsAhead * 1_000,
  });
/** On a desk in the light and on a phone in the dark; `shown` is brought into view. */
async function checkLooks(shown: Locator): Promise<void> {
  for (const [colorScheme, width] of [
    ["dark", 360],
    ["light", 1_440],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await shown.scrollIntoViewIfNeeded();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const overflow = () => document.documentElement.scrollWidth - window.innerWidth;
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    await test.info().attach(`${colorScheme} ${width}`, {
      body: await page.screenshot(),
      contentType: "image/png",
    });
  }
}

async function logIn(where: Page): Promise<void> {
  await where.goto(`${installation.origin}/login`);
  await where.getByLabel("E-mail address").fill(owner.email);
  await where.getByLabel("Password").fill(owner.password);
  await where.getByRole("button", { name: "Log in" }).click();
}

test("two-step sign-in is turned on with an app, and asked for at the next log-in", async () => {
  await openAccount();
  await expect(page.getByRole("heading", { name: "Two-step sign-in" })).toBeVisible();
  await expect(page.getByText("This browser")).toBeVisible();
  await checkLooks(page.getByText("This browser"));
  await page.getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByRole("alert")).toContainText("not your current password");
  await dialog.getByLabel("Current password").fill(owner.password);
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  await checkLooks(dialog.getByRole("img", { name: /QR code/ }));
  const key = (await dialog.getByLabel("Key", { exact: true }).textContent()) ?? "";
  await dialog.getByLabel("Code").fill(codeOf(key));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const list = dialog.getByRole("list", { name: "Recovery codes" });
  await expect(list.getByRole("listitem")).toHaveCount(10);
  codes = await list.getByRole("listitem").allTextContents();
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 of 10 recovery codes left")).toBeVisible();

  await signed.context.clearCookies();
  await logIn(page);
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await expect(page.getByLabel("Code")).toBeFocused();
  await checkLooks(page.getByLabel("Code"));
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /wrong/ })).toBeVisible();
  // The code of the half minute to come: the present one was used to turn it on.
  await page.getByLabel("Code").fill(codeOf(key, 30));
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(new RegExp(`/${signed.orgSlug}`));
});

test("another browser is logged out from here, and its open workroom closes", async ({
  browser,
}) => {
  const other = await newPage(browser);
  await logIn(other);
  await other.getByLabel("Code").fill(codes[0] ?? "");
  await other.getByRole("button", { name: "Log in" }).click();
  await expect(other).toHaveURL(new RegExp(`/${signed.orgSlug}`));
  const { id } = await makeRoom(signed.api, "Watched");
  await other.goto(`${installation.origin}/${signed.orgSlug}/workrooms/${id}`);
  await expect(other.getByRole("heading", { name: "Watched" }).first()).toBeVisible();

  await openAccount();
  const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  const theirs = sessions.filter({ hasNotText: "This browser" });
  await expect(page.getByText("9 of 10 recovery codes left")).toBeVisible();
  // The browser whose cookies were thrown away above is there too: newest first.
  await theirs
    .first()
    .getByRole("button", { name: /Log out/ })
    .click();
  await expect(other).toHaveURL(/\/login/, { timeout: 5_000 });
  await page.getByRole("button", { name: "Log out everywhere else" }).click();
  await expect(sessions).toHaveCount(1);
});

test("an account of a provider is connected by its owner, and then logs in", async ({
  browser,
}) => {
  await openAccount();
  await page.getByRole("button", { name: "Turn off" }).click();
  await page
    .getByRole("dialog")
    .getByLabel("Code")
    .fill(codes[1] ?? "");
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();

  await page.getByRole("button", { name: "Connect Acme ID" }).click();
  await page.getByRole("dialog").getByLabel("Current password").fill(owner.password);
  await page.getByRole("dialog").getByRole("button", { name: "Go there" }).click();
  await page.getByRole("link", { name: self.name }).click();
  await expect(page.getByRole("button", { name: "Disconnect Acme ID" })).toBeVisible();
  await checkLooks(page.getByRole("button", { name: "Disconnect Acme ID" }));

  const fresh = await newPage(browser);
  await fresh.goto(`${installation.origin}/login`);
  await fresh.getByRole("button", { name: "Continue with Acme ID" }).click();
  await fresh.getByRole("link", { name: self.name }).click();
  await expect(fresh).toHaveURL(new RegExp(`/${signed.orgSlug}`));
  await expect(fresh.getByRole("navigation", { name: "Workrooms" })).toContainText(owner.orgName);
});

test("a stranger from the provider is told to ask for an invitation", async ({ browser }) => {
  const theirs = await newPage(browser);
  await theirs.goto(`${installation.origin}/login`);
  await theirs.getByRole("button", { name: "Continue with Acme ID" }).click();
  await theirs.getByRole("link", { name: stranger.name }).click();
  await expect(theirs).toHaveURL(/\/login/);
  await expect(theirs.getByRole("alert").filter({ hasText: "invitation" })).toBeVisible();
  expect((await new AxeBuilder({ page: theirs }).analyze()).violations).toEqual([]);
});

test("an invited person joins with an account of the provider, without a password", async ({
  browser,
}) => {
  const { url } = await signed.api.ask<{ url: string }>("POST", "/invitations", {
    email: guest.email,
    role: "member",
  });
  const theirs = await newPage(browser);
  await theirs.goto(url);
  await theirs.getByRole("button", { name: "Continue with Acme ID" }).click();
  await theirs.getByRole("link", { name: guest.name }).click();
  await expect(theirs).toHaveURL(new RegExp(`/${signed.orgSlug}`));
  await theirs.goto(`${installation.origin}/${signed.orgSlug}/settings/account`);
  await expect(theirs.getByText("You have none yet.")).toBeVisible();
  await theirs.getByRole("button", { name: "Disconnect Acme ID" }).click();
  await expect(theirs.getByText("This is your only way in")).toBeVisible();
});
