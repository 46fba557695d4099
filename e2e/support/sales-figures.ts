import type { Sale } from "../../examples/sales";

const euros = (cents: number) =>
  (cents / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function sumBy(sales: readonly Sale[], keyOf: (sale: Sale) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const sale of sales) sums.set(keyOf(sale), (sums.get(keyOf(sale)) ?? 0) + sale.revenueCents);
  return sums;
}

/** What the published numbers must be, added up here in whole cents. */
export function figuresOf(sales: readonly Sale[]) {
  const total = sales.reduce((sum, { revenueCents }) => sum + revenueCents, 0);
  const plain = (cents: number) => String(cents / 100);
  return {
    total: plain(total),
    totalShown: total % 100 === 0 ? (total / 100).toLocaleString("en-US") : euros(total),
    rows: String(sales.length),
    units: String(sales.reduce((sum, { units }) => sum + units, 0)),
    byMonth: [...sumBy(sales, ({ date }) => date.slice(0, 7))]
      .map(([key, cents]): [string, string] => [key, plain(cents)])
      .toSorted(([a], [b]) => a.localeCompare(b)),
    byRegion: new Map(
      [...sumBy(sales, ({ region }) => region)].map(([key, cents]) => [key, plain(cents)]),
    ),
    byProduct: new Map(
      [...sumBy(sales, ({ product }) => product)].map(([key, cents]) => [key, plain(cents)]),
    ),
  };
}
export type Figures = ReturnType<typeof figuresOf>;
