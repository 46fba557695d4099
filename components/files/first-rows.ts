import Papa from "papaparse";
import { ApiError, readProblem } from "@/lib/client/api";
import { downloadUrl } from "@/lib/client/queries/files";

/** How much of a table's start is read for its first rows. */
const START_BYTES = 256 * 1024;
export const MAX_SHOWN_ROWS = 200;
const LOAD_TIMEOUT_MS = 30_000;

export type FirstRows = { header: string[]; rows: string[][] };

/** The first rows of a table file, from its first bytes only. */
export async function fetchFirstRows(
  workroomId: string,
  path: string,
  signal: AbortSignal,
): Promise<FirstRows> {
  let response: Response;
  try {
    response = await fetch(downloadUrl(workroomId, path), {
      headers: { range: `bytes=0-${START_BYTES - 1}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOAD_TIMEOUT_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError("network", 0, "Can't reach Workroom. Check the connection and try again.");
  }
  // An empty file has no range that could be given.
  if (response.status === 416) return { header: [], rows: [] };
  if (!response.ok) throw await readProblem(response.status, await response.text(), null);
  const bytes = await response.arrayBuffer();
  return parseFirstRows(new TextDecoder().decode(bytes), bytes.byteLength >= START_BYTES);
}

/** `isCut`: the text ends in the middle of the file, so its last line may be half a line and is left out. */
export function parseFirstRows(text: string, isCut: boolean): FirstRows {
  const whole = isCut ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
  const { data } = Papa.parse<string[]>(whole.replace(/^\uFEFF/, ""), {
    preview: MAX_SHOWN_ROWS + 1,
    skipEmptyLines: true,
  });
  const [header = [], ...rows] = data;
  return { header, rows };
}
