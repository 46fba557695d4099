import { z } from "zod";
import { AppError } from "@/lib/errors";

const MAX_LENGTH = 40;

/** First names of paths on the dashboard's origin, or kept for one: an organisation can't be called like them. */
const reservedSlugs: ReadonlySet<string> = new Set([
  "account",
  "admin",
  "api",
  "app",
  "apps",
  "assets",
  "auth",
  "docs",
  "favicon",
  "health",
  "help",
  "invite",
  "login",
  "logout",
  "manifest",
  "new",
  "new-organisation",
  "openapi",
  "org",
  "orgs",
  "public",
  "reset-owner",
  "robots",
  "settings",
  "setup",
  "sign-in",
  "sitemap",
  "static",
  "status",
  "workroom",
  "workrooms",
  "ws",
]);

export const isReservedSlug = (slug: string): boolean => reservedSlugs.has(slug);

/** The first part of every address of an organisation. */
export const OrgSlug = z
  .string()
  .trim()
  .min(2, "An address needs 2 characters or more.")
  .max(MAX_LENGTH, `An address can have at most ${MAX_LENGTH} characters.`)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "Use small letters, digits and single hyphens; start and end with a letter or a digit.",
  )
  .refine((slug) => !isReservedSlug(slug), "Workroom needs this word itself. Choose another one.");

/** What people read in menus, mails and titles: one line, no characters that print nothing. */
export const OrgName = z
  .string()
  .trim()
  .min(1, "Give your organisation a name.")
  .max(80, "A name can have at most 80 characters.")
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "A name is one line of text.");

/** A slug made of a name; it always is one that `OrgSlug` takes. */
export function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_LENGTH - "team-".length)
    .replaceAll(/^-+|-+$/g, "");
  return slug.length < 2 || isReservedSlug(slug) ? `team-${slug}`.replace(/-$/, "") : slug;
}

const UNIQUE_VIOLATION = "23505";

/**
 * Slugs are unique across organisations, whose rows this one can't see: the index tells.
 *
 * @throws AppError `conflict` when the slug is another organisation's
 */
export async function orgSlugTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      const { code, constraint } = cause as Error & { code?: unknown; constraint?: unknown };
      if (code === UNIQUE_VIOLATION && constraint === "orgs_slug_unique")
        throw new AppError("conflict", "This address is taken. Choose another one.", {
          cause: error,
        });
    }
    throw error;
  }
}
