import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { Api } from "./support/api";
import { currentProduct, keptSession, signIn } from "./support/owner";
import type { Product } from "./support/start-product";
import { tidyTest } from "./support/tidy-test";
import { WorkroomPage } from "./support/workroom-page";

type Fixtures = {
  /** The installation under test. */
  product: Product;
  orgSlug: string;
  /** A page of the signed-in owner; `page` itself is signed in too. */
  api: Api;
  workroomPage: WorkroomPage;
  /** Fails the test with what axe finds in our own markup. */
  checkAccessibility: (page?: Page) => Promise<void>;
};

export const test = tidyTest.extend<Fixtures>({
  product: async ({}, use) => use(currentProduct()),
  orgSlug: async ({}, use) => use(keptSession().orgSlug),
  context: async ({ context, baseURL }, use) => {
    await signIn(context, baseURL ?? "");
    await use(context);
  },
  api: async ({ context, baseURL }, use) => {
    const page = await context.newPage();
    await page.goto(`${baseURL}/api/health`);
    await use(new Api(page));
    await page.close();
  },
  workroomPage: async ({ page, orgSlug }, use) => use(new WorkroomPage(page, orgSlug)),
  checkAccessibility: async ({ page }, use) => {
    await use(async (other = page) => {
      // Pages that an employee wrote, and Monaco's own widgets, are not our markup.
      const found = await new AxeBuilder({ page: other })
        .setLegacyMode() // No second page a look, which would cost seconds; frames are left out anyway.
        .exclude("iframe")
        .exclude(".monaco-editor")
        .exclude(".xterm")
        .analyze();
      const lines = found.violations.map(
        ({ id, help, nodes }) =>
          `${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join("\n")}`,
      );
      expect(lines).toEqual([]);
    });
  },
});
export { expect };
