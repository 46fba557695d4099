/**
 * A table of invented sales: the same seed gives the same bytes. Amounts are whole cents inside, so that sums are exact.
 * Oddities on purpose, as in every real table: four empty cells, one repeated row, one refund.
 *
 *   node examples/sales.ts 10000 > sales.csv
 */
export type Sale = {
  order: number;
  date: string; // 2025-01-31
  region: string;
  channel: string;
  product: string;
  units: number;
  unitPriceCents: number;
  /** `null`: the cell is empty. */
  revenueCents: number | null;
};

const regions = ["North", "South", "East", "West"];
const channels = ["Online", "Shop", "Partner"];
const products = [
  { name: "Desk lamp", cents: 3_990 },
  { name: "Office chair", cents: 18_900 },
  { name: "Standing desk", cents: 44_900 },
  { name: "Notebook", cents: 650 },
  { name: "Monitor arm", cents: 7_995 },
  { name: "Headset", cents: 9_900 },
  { name: "Rug, wool", cents: 18_600 },
];
const DAY_MS = 86_400_000;
const DAYS = 731; // 2024 and 2025
const FIRST_ORDER = 100_001;
/** Below this many rows there is no room for oddities. */
const MIN_ROWS_WITH_ODDITIES = 20;

/** Mulberry32: a small seeded generator of numbers in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Orders of two years, oldest first; more is sold towards the end of a year, and a little more each year. */
export function makeSales(rowCount: number, seed = 1): Sale[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const sales = Array.from({ length: rowCount }, (_, index): Sale => {
    const day = Math.floor((index / rowCount) * DAYS);
    const date = new Date(Date.UTC(2024, 0, 1) + day * DAY_MS);
    const season = Math.sin(((date.getUTCMonth() - 7) / 12) * 2 * Math.PI);
    const units = Math.max(1, Math.round(random() * 6 * (1 + season / 2 + day / 1_500)));
    const product = pick(products);
    return {
      order: FIRST_ORDER + index,
      date: date.toISOString().slice(0, 10),
      region: pick(regions),
      channel: pick(channels),
      product: product.name,
      units,
      unitPriceCents: product.cents,
      revenueCents: units * product.cents,
    };
  });
  return rowCount < MIN_ROWS_WITH_ODDITIES ? sales : withOddities(sales);
}

function withOddities(sales: readonly Sale[]): Sale[] {
  const at = (share: number) => Math.floor(sales.length * share);
  const odd = sales.map((sale, index): Sale => {
    if (index === at(0.1)) return { ...sale, region: "" };
    if (index === at(0.35)) return { ...sale, channel: "" };
    if (index === at(0.5)) return { ...sale, units: -1, revenueCents: -sale.unitPriceCents };
    if (index === at(0.6)) return { ...sale, revenueCents: null };
    if (index === at(0.85)) return { ...sale, product: "" };
    return sale;
  });
  return [...odd.slice(0, -1), ...odd.slice(-2, -1)];
}

/** What a page should show as the total: empty cells count as nothing, the repeated row and the refund as they are. */
export const sumRevenueCents = (sales: readonly Sale[]) =>
  sales.reduce((sum, { revenueCents }) => sum + (revenueCents ?? 0), 0);

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const money = (cents: number | null) => (cents === null ? "" : (cents / 100).toFixed(2));

export function salesCsv(sales: readonly Sale[]): string {
  const rows = sales.map((sale) =>
    [
      sale.order,
      sale.date,
      sale.region,
      sale.channel,
      cell(sale.product),
      sale.units,
      money(sale.unitPriceCents),
      money(sale.revenueCents),
    ].join(","),
  );
  const header = "order_id,date,region,channel,product,units,unit_price,revenue";
  return `${[header, ...rows].join("\n")}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const [rows = "10000", seed = "1"] = process.argv.slice(2);
  process.stdout.write(salesCsv(makeSales(Number(rows), Number(seed))));
}
