import { type Sale, sumRevenueCents } from "../../examples/sales";

const plain = (cents: number) => String(cents / 100);
const shown = (cents: number) => {
  const digits = cents % 100 === 0 ? 0 : 2;
  return (cents / 100).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
};

/** Sums by a key, in whole cents; rows without a key or an amount are in no group. */
function sumBy(sales: readonly Sale[], keyOf: (sale: Sale) => string): Map<string, string> {
  const sums = new Map<string, number>();
  for (const sale of sales) {
    const key = keyOf(sale);
    if (key === "" || sale.revenueCents === null) continue;
    sums.set(key, (sums.get(key) ?? 0) + sale.revenueCents);
  }
  return new Map([...sums].map(([key, cents]) => [key, plain(cents)]));
}

/** What the published numbers must be, added up here in whole cents. */
export function figuresOf(sales: readonly Sale[]) {
  const total = sumRevenueCents(sales);
  return {
    total: plain(total),
    totalShown: shown(total),
    rows: String(sales.length),
    units: String(sales.reduce((sum, { units }) => sum + units, 0)),
    byMonth: [...sumBy(sales, ({ date }) => date.slice(0, 7))].toSorted(([a], [b]) =>
      a.localeCompare(b),
    ),
    byRegion: sumBy(sales, ({ region }) => region),
    byProduct: sumBy(sales, ({ product }) => product),
  };
}
export type Figures = ReturnType<typeof figuresOf>;
