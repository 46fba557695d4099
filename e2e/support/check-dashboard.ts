import { expect, type FrameLocator, type Page } from "@playwright/test";
import type { Figures } from "./sales-figures";

/** The built page shows exactly the numbers that the test has added up from the table. */
export async function checkDashboard(place: FrameLocator | Page, figures: Figures): Promise<void> {
  const total = place.getByTestId("total-revenue");
  await expect(total).toHaveText(figures.totalShown);
  await expect(total).toHaveAttribute("data-value", figures.total);
  await expect(place.getByTestId("total-rows")).toHaveAttribute("data-value", figures.rows);
  await expect(place.getByTestId("total-units")).toHaveAttribute("data-value", figures.units);
  const months = await place
    .getByTestId("period")
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute("data-key"), row.getAttribute("data-value")]),
    );
  expect(months).toEqual(figures.byMonth);
  for (const [column, sums] of [
    ["region", figures.byRegion],
    ["product", figures.byProduct],
  ] as const)
    for (const [key, value] of sums)
      await expect(
        place.locator(`[data-testid="group"][data-column="${column}"][data-key="${key}"]`),
      ).toHaveAttribute("data-value", value);
}
