import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { deriveAuthKey } from "@/lib/auth/auth-secret";
import { accessCookie, findCookie } from "@/lib/auth/cookies";
import type { Settings } from "@/lib/domain/context";

const LIFE_SECONDS = 7 * 24 * 60 * 60;

/** What a cookie on a preview or App host says: this session may open this object, on this very host. */
const Access = z.object({
  sessionId: z.string(),
  orgId: z.string(),
  objectId: z.string(),
  host: z.string(),
  expiresAt: z.number(), // seconds since the epoch
});
export type Access = z.infer<typeof Access>;

const sign = (body: string) =>
  createHmac("sha256", deriveAuthKey("access cookie")).update(body).digest();

/** The Set-Cookie header that lets a browser in on one host. */
export function accessSetCookie(
  access: Omit<Access, "expiresAt">,
  now: Date,
  isSameSite: boolean,
): string {
  const expiresAt = Math.floor(now.getTime() / 1_000) + LIFE_SECONDS;
  const body = Buffer.from(JSON.stringify({ ...access, expiresAt })).toString("base64url");
  const token = `${body}.${sign(body).toString("base64url")}`;
  // In a frame of another site only a partitioned cookie sticks.
  const site = isSameSite ? "SameSite=Lax" : "SameSite=None; Partitioned";
  return `${accessCookie}=${token}; Path=/; Secure; HttpOnly; Max-Age=${LIFE_SECONDS}; ${site}`;
}

/** The access a request carries for the host it names; the session behind it is still to be checked. */
export function readAccess(
  cookieHeader: string | undefined,
  host: string,
  now: Date,
): Access | null {
  const [body, signature, more] = (findCookie(cookieHeader, accessCookie) ?? "").split(".");
  if (!body || !signature || more !== undefined) return null;
  const given = Buffer.from(signature, "base64url");
  const right = sign(body);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const access = Access.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  if (!access.success || access.data.host !== host.toLowerCase()) return null;
  return access.data.expiresAt * 1_000 > now.getTime() ? access.data : null;
}

/** Whether a host below `parent` counts as the dashboard's own site, so that its ordinary cookies work in a frame. */
export const isSameSiteAs = (parent: URL, { appUrl }: Pick<Settings, "appUrl">): boolean =>
  parent.protocol === appUrl.protocol &&
  (parent.hostname === appUrl.hostname || parent.hostname.endsWith(`.${appUrl.hostname}`));
