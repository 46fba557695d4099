import { z } from "zod";
import type { BucketPlace } from "@/lib/ports/buckets";

const noControls = (text: string) => !/\p{Cc}/u.test(text);

/** What a person types of a bucket. */
export const StoragePlace = z.strictObject({
  /** null: Amazon S3 of the region. */
  endpoint: z
    .url({ protocol: /^https?$/, error: "This is no address. It starts with https://." })
    .max(300)
    .nullable()
    .default(null),
  region: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/i, "A region has letters, digits and hyphens.")
    .default("us-east-1"),
  bucket: z
    .string()
    .trim()
    .regex(
      /^[a-z0-9][a-z0-9._-]{1,254}$/i,
      "A bucket's name has letters, digits, dots and hyphens.",
    ),
  prefix: z
    .string()
    .max(400)
    .default("")
    .transform((text) => text.split("/").filter(Boolean).join("/"))
    .refine(
      (text) => noControls(text) && !text.split("/").some((name) => /^\.{1,2}$/.test(name)),
      "A folder can't be “.” or “..”.",
    ),
  accessKeyId: z.string().trim().min(1, "Give the access key.").max(200).refine(noControls),
  secretAccessKey: z.string().trim().min(1, "Give the secret key.").max(500).refine(noControls),
});

/** Two folders of a bucket that are the same, or one in the other: two workspaces would mix there. */
export function overlaps(
  a: Pick<BucketPlace, "endpoint" | "bucket" | "prefix">,
  b: Pick<BucketPlace, "endpoint" | "bucket" | "prefix">,
): boolean {
  if (hostOf(a.endpoint) !== hostOf(b.endpoint) || a.bucket !== b.bucket) return false;
  const [one, other] = [a.prefix, b.prefix].map((prefix) => (prefix === "" ? "" : `${prefix}/`));
  return (one ?? "").startsWith(other ?? "") || (other ?? "").startsWith(one ?? "");
}

const hostOf = (endpoint: string | null) => (endpoint === null ? "" : new URL(endpoint).host);
