import type { ObjectStore } from "@/lib/ports/object-store";
import type { ManifestRef, WorkspaceState } from "@/lib/protocol/store";
import { emptyManifest, type Manifest, openManifest } from "./manifest";
import { readSegment } from "./segment";
import { createWorkspaceTree } from "./workspace-tree";

/** Heads are read this many at a time; they are applied in order. */
const HEADS_AT_ONCE = 8;

type Options = {
  signal?: AbortSignal;
  /** Reads manifests through a cache of the caller. */
  openManifest?: (ref: ManifestRef) => Promise<Manifest>;
};

/**
 * The whole tree of a committed state: its manifest, and the segments committed since.
 *
 * @throws AppError `internal` when something of it was changed in the store, `not_found` when it is gone
 */
export async function openState(
  store: ObjectStore,
  state: WorkspaceState,
  options: Options = {},
): Promise<Manifest> {
  const { signal } = options;
  const reading = signal ? { signal } : {};
  const open = options.openManifest ?? ((ref: ManifestRef) => openManifest(store, ref, reading));
  const manifest = state.manifest ? await open(state.manifest) : emptyManifest;
  if (state.segments.length === 0) return manifest;
  const tree = createWorkspaceTree(manifest.entries);
  for (let i = 0; i < state.segments.length; i += HEADS_AT_ONCE) {
    const refs = state.segments.slice(i, i + HEADS_AT_ONCE);
    const parts = await Promise.all(refs.map((ref) => readSegment(store, ref, reading)));
    for (const { ops } of parts) tree.apply(ops);
  }
  return tree.toManifest();
}

/** A state that consists of one manifest. */
export const stateOf = (manifest: ManifestRef | null, manifestSeq = 0): WorkspaceState => ({
  manifest,
  manifestSeq,
  segments: [],
});

/** Number of the last commit of a state; 0 when there is none. */
export const lastSeqOf = ({ manifestSeq, segments }: WorkspaceState): number =>
  segments.at(-1)?.seq ?? manifestSeq;

export const isEmptyState = ({ manifest, segments }: WorkspaceState): boolean =>
  manifest === null && segments.length === 0;
