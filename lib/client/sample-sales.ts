const PATH = "/examples/sales.csv";
const TIMEOUT_MS = 30_000;

/** The sample file as if the person had dropped it. */
export async function fetchSampleSales(): Promise<File> {
  const response = await fetch(PATH, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`sample file ${response.status}`);
  return new File([await response.blob()], "sales.csv", { type: "text/csv" });
}
