import { test as base } from "@playwright/test";

/**
 * Playwright's test, which closes the browser windows that a journey opened by itself: left open, their pages go on
 * drawing and asking for their server, and everything after them gets slower.
 */
export const tidyTest = base.extend<{ openedWindows: void }>({
  openedWindows: [
    async ({ browser }, use) => {
      const before = new Set(browser.contexts());
      await use();
      const opened = browser.contexts().filter((context) => !before.has(context));
      await Promise.all(opened.map((context) => context.close()));
    },
    { auto: true },
  ],
});
