import type { Buckets } from "@/lib/ports/buckets";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { StorageRoute } from "@/lib/protocol/workspace";
import { createDirectoryObjectStore } from "./directory-object-store";
import { openS3Client, type S3Place } from "./open-s3-client";
import { createRoutedObjectStore, type RoutedObjectStore } from "./routed-object-store";
import { s3Buckets } from "./s3-buckets";
import { createS3ObjectStore } from "./s3-object-store";

/** The bucket of an installation whose operator chose one instead of the data folder. */
export type ManagedBucket = S3Place & { bucket: string; prefix: string };

type Managed = {
  bucket: ManagedBucket | null;
  /** The folder that holds everything otherwise. */
  folder: { root: string; owner?: { uid: number; gid: number } | undefined };
};

/** The installation's own store. Its address is the operator's, so it may be anywhere. */
export const openManagedStore = ({ bucket, folder }: Managed): ObjectStore =>
  bucket
    ? createS3ObjectStore({ ...bucket, client: openS3Client(bucket) })
    : createDirectoryObjectStore(folder);

type Options = {
  managed: ObjectStore;
  allowedPrivateEndpoints: readonly string[];
  findRoute: (root: string) => Promise<StorageRoute>;
};

/** The one store of a process, and the buckets behind it. */
export function openStores(options: Options): { store: RoutedObjectStore; buckets: Buckets } {
  const buckets = s3Buckets(options);
  return { buckets, store: createRoutedObjectStore({ ...options, buckets }) };
}
