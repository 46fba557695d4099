import { z } from "zod";

const MAX_LENGTH = 40;

/** An App's name in its host name: 3 to 40 small letters, digits and single hyphens (RFC 1123 label). */
export const AppSlug = z
  .string()
  .min(3)
  .max(MAX_LENGTH)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "Use small letters, digits and single hyphens; start and end with a letter or a digit.",
  );
