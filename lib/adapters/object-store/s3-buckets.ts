import { AppError } from "@/lib/errors";
import type { BucketPlace, Buckets } from "@/lib/ports/buckets";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { StorageTarget } from "@/lib/protocol/workspace";
import { pinnedAgents } from "../outbound-fetch/pinned-agents";
import { agentOptions, openS3Client, type S3ClientOptions } from "./open-s3-client";
import { probeBucket } from "./probe-bucket";
import { createRootedObjectStore } from "./rooted-object-store";
import { createS3ObjectStore } from "./s3-object-store";

const MAX_OPEN = 200;
/** Two: a kept connection that the server has just closed says nothing of the server. */
const PROBE = { maxAttempts: 2, idleMs: 8_000 };

type Options = {
  managed: ObjectStore;
  /** As for `pinnedFetch`. */
  allowedPrivateEndpoints: readonly string[];
};

/** Customers' buckets by S3, each connection pinned to an address that was judged. */
export function s3Buckets({ managed, allowedPrivateEndpoints }: Options): Buckets {
  const opened = new Map<string, ObjectStore>();
  const agents = pinnedAgents(allowedPrivateEndpoints, agentOptions);
  const openClient = (place: BucketPlace, options: S3ClientOptions = {}) => {
    checkPlace(place, allowedPrivateEndpoints);
    return openS3Client(place, { ...options, agents });
  };
  const open = (target: Extract<StorageTarget, { kind: "s3" }>): ObjectStore => {
    const name = `${target.id}:${target.revision}`;
    const known = opened.get(name);
    const { bucket, prefix } = target;
    const store = known ?? createS3ObjectStore({ client: openClient(target), bucket, prefix });
    opened.delete(name);
    opened.set(name, store);
    for (const old of opened.keys()) {
      if (opened.size <= MAX_OPEN) break;
      opened.delete(old);
    }
    return store;
  };
  return {
    openRoot: (target, root) =>
      target.kind === "managed" ? managed : createRootedObjectStore(open(target), root),
    async probe(place) {
      const { bucket, prefix } = place;
      return probeBucket({ client: openClient(place, PROBE), bucket, prefix });
    },
  };
}

/** What the customer's files travel over is encrypted, unless the operator trusts the address. */
function checkPlace({ endpoint, region, bucket }: BucketPlace, allowed: readonly string[]): void {
  // Region and bucket become parts of Amazon's host names.
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/i.test(region))
    throw new AppError("invalid_input", "This is no name of a region.");
  if (!/^[a-z0-9][a-z0-9._-]{1,254}$/i.test(bucket) || bucket.includes(".."))
    throw new AppError("invalid_input", "This is no name of a bucket.");
  if (endpoint === null) return;
  const url = URL.parse(endpoint);
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username || url.password)
    throw new AppError("invalid_input", "This is no address of a storage server.");
  const isTrusted = allowed.some((entry) => entry.includes("/") || entry === url.host);
  if (url.protocol === "http:" && !isTrusted)
    throw new AppError("invalid_input", "Use an address that starts with https://.");
}
