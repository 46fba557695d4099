import path from "node:path";
import type { Page } from "@playwright/test";
import { checkout } from "./installation";

/** A picture for the documentation, kept only when asked for: WORKROOM_E2E_PICTURES=1 npx playwright test. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env.WORKROOM_E2E_PICTURES !== "1") return;
  await page.screenshot({ path: path.join(checkout, `docs/images/${name}.png`) });
}
