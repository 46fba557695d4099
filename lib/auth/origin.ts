import { AppError } from "@/lib/errors";

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Cookies say who a browser is, not who made it ask. A request that changes something must name the dashboard's own
 * origin; one without any Origin passes only when it carries no cookie, since then it speaks for nobody. One that reads
 * may come without an Origin, as links do, but never with a cookie and somebody else's.
 *
 * @throws AppError `forbidden`
 */
export function requireOwnOrigin(
  request: { method: string; origin: string | undefined; hasCookies: boolean },
  appUrl: URL,
): void {
  if (request.origin === appUrl.origin) return;
  const isRead = safeMethods.has(request.method);
  if (request.origin === undefined && (isRead || !request.hasCookies)) return;
  if (isRead && !request.hasCookies) return;
  throw new AppError("forbidden", "This request came from another site, so it was refused.");
}

/** A socket always comes from a page of ours. @throws AppError `forbidden` */
export function requireSocketOrigin(origin: string | undefined, appUrl: URL): void {
  if (origin !== appUrl.origin)
    throw new AppError("forbidden", "This socket was opened from another site.");
}

/**
 * Sibling hosts (previews) are the same site, so SameSite cookies come along with what their pages ask for. They may
 * bring a person here by a link, and nothing else.
 *
 * @throws AppError `forbidden`
 */
export function requireOwnSite(request: {
  method: string;
  site: string | undefined;
  mode: string | undefined;
  destination: string | undefined;
}): void {
  if (request.site !== "same-site" && request.site !== "cross-site") return;
  const isLinkFollowed =
    request.method === "GET" && request.mode === "navigate" && request.destination === "document";
  if (!isLinkFollowed)
    throw new AppError("forbidden", "Pages of another origin can't ask for this.");
}
