/**
 * A table of invented sales: the same seed gives the same bytes. Amounts are whole cents inside, so that sums are exact.
 *
 *   npx node examples/sales.ts 10000 > sales.csv
 */
export type Sale = {
  date: string; // 2025-01-31
  region: string;
  product: string;
  units: number;
  revenueCents: number;
};

const regions = ["North", "South", "East", "West"];
const products = [
  { name: "Lamp", cents: 3_490 },
  { name: "Desk", cents: 24_900 },
  { name: "Chair", cents: 11_950 },
  { name: "Shelf", cents: 7_925 },
  { name: "Rug, wool", cents: 18_600 },
];

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

const DAY_MS = 86_400_000;

export function makeSales(rowCount: number, seed = 1): Sale[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const firstDay = Date.UTC(2025, 0, 1);
  return Array.from({ length: rowCount }, () => {
    const product = pick(products);
    const units = 1 + Math.floor(random() * 12);
    return {
      date: new Date(firstDay + Math.floor(random() * 365) * DAY_MS).toISOString().slice(0, 10),
      region: pick(regions),
      product: product.name,
      units,
      revenueCents: units * product.cents,
    };
  });
}

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function salesCsv(sales: readonly Sale[]): string {
  const rows = sales.map(({ date, region, product, units, revenueCents }) =>
    [date, region, cell(product), units, (revenueCents / 100).toFixed(2)].join(","),
  );
  return ["date,region,product,units,revenue", ...rows].join("\n").concat("\n");
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(salesCsv(makeSales(Number(process.argv[2] ?? 10_000))));
