import { eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Checkpoint, checkpoints } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import type { ManifestRef } from "@/lib/protocol/store";
import { type Manifest, openManifest } from "@/lib/workspace/manifest";
import type { Ports } from "../context";

const MAX_KEPT = 24;
const kept = new Map<string, Promise<Manifest>>();

/** Reads a manifest; the last few stay in memory, since a manifest never changes. */
export function openKeptManifest(
  { store }: Pick<Ports, "store">,
  ref: ManifestRef,
): Promise<Manifest> {
  const known = kept.get(ref.key);
  kept.delete(ref.key);
  const manifest = known ?? openManifest(store, ref);
  kept.set(ref.key, manifest);
  if (!known) manifest.catch(() => kept.delete(ref.key));
  for (const key of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(key);
  }
  return manifest;
}

export async function getCheckpoint(tx: DbTransaction, id: string): Promise<Checkpoint> {
  const [row] = await tx.select().from(checkpoints).where(eq(checkpoints.id, id));
  if (!row) throw notFound("Checkpoint");
  return row;
}
