import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { FileChange } from "@/lib/protocol/files";
import { WorkroomId } from "@/lib/protocol/ids";
import { diffManifests, type ManifestChange } from "@/lib/workspace/diff-manifests";
import type { Ports } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { countLines } from "./count-lines";
import { ChangeBase, changeBases, findSides, openSide } from "./find-base";
import { isQuietPath } from "./quiet-names";

const MAX_CHANGES = 5_000;
/** Line counts of more files than this would keep the page waiting. */
const MAX_COUNTED = 200;

export const listChanges = defineVerb({
  name: "change.list",
  summary: "Lists the files that differ from the start of the last turn or from what is published.",
  input: z.strictObject({ workroomId: WorkroomId, base: ChangeBase.default("turn") }),
  output: z.object({
    base: z.object({ kind: z.enum(changeBases), label: z.string() }),
    /** What was written since is in no list yet. `null`: never saved. */
    savedAt: z.iso.datetime().nullable(),
    changes: z.array(FileChange),
  }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/changes" },
  async run(ctx, { workroomId, base }) {
    const sides = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
      return findSides(tx, workroomId, base);
    });
    const before = await openSide(ctx, sides.before);
    const after = await openSide(ctx, sides.after);
    const changes = diffManifests(before, after).filter(isShown).slice(0, MAX_CHANGES);
    return {
      base: { kind: base, label: sides.label },
      savedAt: sides.savedAt?.toISOString() ?? null,
      changes: await viewChanges(ctx, changes),
    };
  },
});

/** Folders come and go with their files; what tools fill is left out. */
const isShown = ({ path, before, after }: ManifestChange) =>
  (after ?? before)?.type !== "directory" && !isQuietPath(path);

async function viewChanges(
  ports: Pick<Ports, "store">,
  changes: readonly ManifestChange[],
): Promise<FileChange[]> {
  const views: FileChange[] = [];
  for (const [index, change] of changes.entries()) {
    const counts =
      index < MAX_COUNTED
        ? await countLines(ports, change)
        : { addedLines: null, removedLines: null };
    const entry = change.after ?? change.before;
    views.push({
      path: change.path,
      kind: change.kind,
      ...counts,
      size: entry?.type === "file" ? entry.size : 0,
    });
  }
  return views;
}
