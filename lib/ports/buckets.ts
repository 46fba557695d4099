import type { StorageAbilities, StorageTarget } from "@/lib/protocol/workspace";
import type { BucketRight } from "@/lib/protocol/storages";
import type { ObjectStore } from "./object-store";

/** A customer's bucket with its key, saved or not. */
export type BucketPlace = Omit<
  Extract<StorageTarget, { kind: "s3" }>,
  "kind" | "id" | "revision" | "abilities"
>;

export type BucketReport = {
  /** `null`: it could not be found out, because an earlier step did not work. */
  rights: Record<BucketRight, boolean | null>;
  abilities: StorageAbilities | null;
  /** Why nothing could be tried at all, in plain words with what to do; else null. */
  failure: string | null;
};

/** The stores in which workspaces lie. Connections to buckets are kept by (id, revision). */
export interface Buckets {
  /**
   * The objects of one workspace in a store. Keys begin with its root wherever it lies; in a customer's bucket they have
   * the bucket's prefix instead.
   *
   * @throws AppError `invalid_input` on the first call for an address that may not be used
   */
  openRoot(target: StorageTarget, root: string): ObjectStore;
  /** Tries what a workspace needs, with an object of its own below the prefix. Leaves nothing behind if it may delete. */
  probe(place: BucketPlace): Promise<BucketReport>;
}
