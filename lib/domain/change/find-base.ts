import { and, desc, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import type { DbTransaction } from "@/lib/db/client";
import { appVersions, apps, turns } from "@/lib/db/schema";
import { emptyManifest, type Manifest } from "@/lib/workspace/manifest";
import { getCheckpoint, openKeptManifest } from "../checkpoint/open-checkpoint";
import { findLastCheckpoint } from "../checkpoint/find-last-checkpoint";
import type { Ports } from "../context";
import type { ManifestRef } from "@/lib/protocol/store";

/** What the files are compared with: how they were before the last turn, or as they were published last. */
export const changeBases = ["turn", "published"] as const;
export const ChangeBase = z.enum(changeBases);
export type ChangeBase = z.infer<typeof ChangeBase>;

export type ChangeSides = {
  label: string;
  before: ManifestRef | null; // null: nothing was there
  after: ManifestRef | null;
  /** When `after` was saved. */
  savedAt: Date | null;
};

/** Both sides of a change set; `after` is always the state saved last. */
export async function findSides(
  tx: DbTransaction,
  workroomId: string,
  base: ChangeBase,
): Promise<ChangeSides> {
  const last = await findLastCheckpoint(tx, workroomId);
  const from = base === "turn" ? await turnStart(tx, workroomId) : await published(tx, workroomId);
  return { ...from, after: last?.manifest ?? null, savedAt: last?.createdAt ?? null };
}

type Side = Pick<ChangeSides, "label" | "before">;

async function turnStart(tx: DbTransaction, workroomId: string): Promise<Side> {
  const [turn] = await tx
    .select({ checkpointId: turns.startCheckpointId })
    .from(turns)
    .where(and(eq(turns.workroomId, workroomId), isNotNull(turns.startCheckpointId)))
    .orderBy(desc(turns.startedAt), desc(turns.id))
    .limit(1);
  if (!turn?.checkpointId) return { label: "the empty workroom", before: null };
  const checkpoint = await getCheckpoint(tx, turn.checkpointId);
  return { label: "the start of the last turn", before: checkpoint.manifest };
}

async function published(tx: DbTransaction, workroomId: string): Promise<Side> {
  const [version] = await tx
    .select({ number: appVersions.number, manifest: appVersions.manifest })
    .from(appVersions)
    .innerJoin(apps, eq(apps.id, appVersions.appId))
    .where(eq(apps.workroomId, workroomId))
    .orderBy(desc(appVersions.number))
    .limit(1);
  if (!version) return { label: "nothing published yet", before: null };
  return { label: `published version ${version.number}`, before: version.manifest };
}

/** Reads one side; no reference is an empty tree. */
export const openSide = async (
  ports: Pick<Ports, "store">,
  ref: ManifestRef | null,
): Promise<Manifest> => (ref ? openKeptManifest(ports, ref) : emptyManifest);
