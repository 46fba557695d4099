import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@/lib/errors";

/**
 * Previews of different rooms are one site to the browser, so cookies come along with what a neighbour's page asks for.
 * It may link here; it may not fetch, post, or load scripts from here.
 *
 * @throws AppError `forbidden`
 */
export function requireNeighbourKeptOut(headers: IncomingHttpHeaders, method: string): void {
  const site = headers["sec-fetch-site"];
  if (site !== "same-site" && site !== "cross-site") return;
  if (method === "GET" && headers["sec-fetch-mode"] === "navigate") return;
  throw new AppError("forbidden", "Pages of another preview can't ask for this.");
}

/** A socket of a preview is opened by that preview's own pages. @throws AppError `forbidden` */
export function requirePreviewOrigin(headers: IncomingHttpHeaders, previewUrl: URL): void {
  const own = `${previewUrl.protocol}//${headers.host?.toLowerCase() ?? ""}`;
  if (headers.origin !== own)
    throw new AppError("forbidden", "This socket was opened from another site.");
}
