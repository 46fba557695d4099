import { AppError } from "@/lib/errors";
import type { BucketPlace, BucketReport } from "@/lib/ports/buckets";
import { bucketRights } from "@/lib/protocol/view-names";
import type { StorageTestView } from "@/lib/protocol/storages";
import type { StorageAbilities } from "@/lib/protocol/workspace";
import type { Ports } from "../context";

/** Tries a bucket and says in plain words what came of it. */
export async function testBucket(
  { buckets }: Pick<Ports, "buckets">,
  place: BucketPlace,
): Promise<StorageTestView> {
  const report = await probe(buckets, place);
  const { rights, abilities } = report;
  const missing = bucketRights.filter((right) => rights[right] === false);
  const isUsable = report.failure === null && bucketRights.every((right) => rights[right] === true);
  return { isUsable, rights, abilities, message: explain(report, missing, place) };
}

/** A refused address is an outcome of the test like any other. */
async function probe(buckets: Ports["buckets"], place: BucketPlace): Promise<BucketReport> {
  try {
    return await buckets.probe(place);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const rights = { GetObject: null, PutObject: null, DeleteObject: null, ListBucket: null };
    return { rights, abilities: null, failure: error.message };
  }
}

function explain({ failure, abilities }: BucketReport, missing: string[], place: BucketPlace) {
  if (failure !== null) return failure;
  if (missing.length > 0) {
    const named = missing.map((right) => `s3:${right}`).join(", ");
    return `The key lacks ${missing.length === 1 ? "a right" : "rights"} on the bucket ${place.bucket}: ${named}. Add it to the key's policy, then test again.`;
  }
  return abilities
    ? guaranteeOf(abilities)
    : "The bucket could not be tried to the end. Test again.";
}

/** What a server that honours these conditions can promise, and what follows where it doesn't. */
function guaranteeOf({ ifNoneMatch, ifMatch, multipart }: StorageAbilities): string {
  const saved = "Everything works. What Workroom saves here is never lost.";
  if (!multipart)
    return `${saved} This server takes no uploads in parts, so files over 64 MB can't be saved in it.`;
  if (ifMatch)
    return `${saved} When somebody else changes a file in the bucket at the same moment, both versions are kept.`;
  if (ifNoneMatch)
    return `${saved} A new file never replaces one that somebody else put there. When somebody else changes the same file within the same seconds, the later change wins in the bucket; Workroom keeps its own version in the history.`;
  return `${saved} This server can't tell two writers apart: when somebody else changes the same file in the bucket within the same seconds, the later change wins there; Workroom keeps its own version in the history.`;
}
