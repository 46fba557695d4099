import { ApiError, readProblem } from "@/lib/client/api";
import { downloadUrl } from "@/lib/client/queries/files";

const LOAD_TIMEOUT_MS = 60_000;

/** The whole content of a file, or `too_large` before its bytes are read. */
export async function fetchBytes(
  workspaceId: string,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | "too_large"> {
  let response: Response;
  try {
    response = await fetch(downloadUrl(workspaceId, path), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOAD_TIMEOUT_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError("network", 0, "Can't reach Workroom. Check the connection and try again.");
  }
  if (!response.ok) throw await readProblem(response.status, await response.text(), null);
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    return "too_large";
  }
  return new Uint8Array(await response.arrayBuffer());
}
