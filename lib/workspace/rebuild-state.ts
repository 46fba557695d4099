import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import { type ManifestEntry, ManifestRef } from "@/lib/protocol/store";
import { emptyManifest, type Manifest, openManifest } from "./manifest";
import { headPrefix, segmentPrefix, storePrefix } from "./object-keys";
import { readSegment } from "./segment";
import { createWorkspaceTree } from "./workspace-tree";

const PAGE = 1_000;
const SEQ_DIGITS = 12;
const SEGMENT_NAME = /^(\d+)-(\d+)-([0-9a-f]{64})$/;
const Head = z.object({
  format: z.literal("workroom-head"),
  version: z.literal(1),
  root: z.string(),
  commitSeq: z.number().int().nonnegative(),
  manifest: ManifestRef,
});

type HeadInput = { root: string; commitSeq: number; manifest: ManifestRef };

/**
 * Notes in the store itself which manifest holds the commits up to `commitSeq`, so that the bucket alone, without any
 * database, tells what a workspace was.
 */
export async function writeHead(store: ObjectStore, head: HeadInput): Promise<void> {
  const name = String(head.commitSeq).padStart(SEQ_DIGITS, "0");
  const body = JSON.stringify({ format: "workroom-head", version: 1, ...head });
  await store.put(`${headPrefix(head.root)}${name}`, Buffer.from(body));
}

export type RebuiltState = {
  manifest: Manifest;
  /** Number of the last commit in it. */
  seq: number;
  epoch: number;
};

/**
 * Reads the last state of a workspace from its objects alone: the newest noted manifest, and the segments that follow on
 * it. Of two segments with one number the one of the later epoch counts: the other writer was fenced. `root` is where the
 * objects lie now; they may have been written under another one.
 *
 * @throws AppError `not_found` when there is no workspace · `internal` when something of it is damaged
 */
export async function rebuildState(store: ObjectStore, root: string): Promise<RebuiltState> {
  const head = await findHead(store, root);
  const segments = await findSegments(store, root, head?.commitSeq ?? 0);
  if (!head && segments.length === 0)
    throw new AppError("not_found", "There is no saved workspace in this place.");
  const here = (key: string) => moveKey(key, head?.root ?? root, root);
  const base = head
    ? await openManifest(store, { ...head.manifest, key: here(head.manifest.key) })
    : emptyManifest;
  const tree = createWorkspaceTree(base.entries.map((entry) => moveEntry(entry, here)));
  let epoch = 0;
  for (const { key, sha256, seq, epoch: writer } of segments) {
    const bytes = (await store.size(key)) ?? 0;
    const cause = { reason: "recovery", turnId: null, actorId: null } as const;
    const ref = { key, sha256, seq, epoch: writer, bytes, opCount: 0, cause };
    const { ops } = await readSegment(store, ref);
    tree.apply(
      ops.map((op) => (op.op === "put" ? { ...op, entry: moveEntry(op.entry, here) } : op)),
    );
    epoch = writer;
  }
  return { manifest: tree.toManifest(), seq: segments.at(-1)?.seq ?? head?.commitSeq ?? 0, epoch };
}

async function findHead(store: ObjectStore, root: string): Promise<z.infer<typeof Head> | null> {
  const last = (await listAll(store, headPrefix(root))).at(-1);
  if (last === undefined) return null;
  const parsed = Head.safeParse(JSON.parse((await store.getBytes(last)).toString("utf8")));
  if (!parsed.success)
    throw new AppError("internal", "The note of the last saved state is damaged.");
  return parsed.data;
}

type FoundSegment = { key: string; seq: number; epoch: number; sha256: string };

/** The unbroken row of segments after a commit. */
async function findSegments(
  store: ObjectStore,
  root: string,
  after: number,
): Promise<FoundSegment[]> {
  const bySeq = new Map<number, FoundSegment>();
  for (const key of await listAll(store, segmentPrefix(root))) {
    const [, epoch, seq, sha256] = SEGMENT_NAME.exec(key.slice(segmentPrefix(root).length)) ?? [];
    if (sha256 === undefined) continue;
    const found = { key, seq: Number(seq), epoch: Number(epoch), sha256 };
    if (found.epoch >= (bySeq.get(found.seq)?.epoch ?? 0)) bySeq.set(found.seq, found);
  }
  const chain: FoundSegment[] = [];
  for (let seq = after + 1; ; seq += 1) {
    const next = bySeq.get(seq);
    // An older epoch after a newer one was never committed.
    if (!next || next.epoch < (chain.at(-1)?.epoch ?? 0)) return chain;
    chain.push(next);
  }
}

async function listAll(store: ObjectStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const after = found.at(-1);
    const page = await store.list(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

const moveKey = (key: string, from: string, to: string): string =>
  key.startsWith(`${storePrefix(from)}/`) ? to + key.slice(from.length) : key;

const moveEntry = (entry: ManifestEntry, here: (key: string) => string): ManifestEntry =>
  entry.type === "file"
    ? { ...entry, extents: entry.extents.map((one) => ({ ...one, key: here(one.key) })) }
    : entry;
