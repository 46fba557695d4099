import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { notFound } from "@/lib/errors";
import { FileDiff } from "@/lib/protocol/files";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { isSameEntry } from "@/lib/workspace/diff-manifests";
import type { ManifestEntry } from "@/lib/protocol/store";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { ChangeBase, findSides, openSide } from "./find-base";
import { readSideText } from "./read-text";

const MAX_SHOWN_BYTES = 1_000_000;

export const getFileDiff = defineVerb({
  name: "change.get",
  summary: "Reads both sides of one changed file.",
  input: z.strictObject({
    workroomId: WorkroomId,
    base: ChangeBase.default("turn"),
    path: WorkspacePath,
  }),
  output: FileDiff,
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/changes/file" },
  async run(ctx, { workroomId, base, path }) {
    const sides = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
      return findSides(tx, workroomId, base);
    });
    const before = (await openSide(ctx, sides.before)).find(path) ?? null;
    const after = (await openSide(ctx, sides.after)).find(path) ?? null;
    const kind = kindOf(before, after);
    const old = await readSideText(ctx, before, MAX_SHOWN_BYTES);
    const now = await readSideText(ctx, after, MAX_SHOWN_BYTES);
    const reason = old.reason ?? now.reason;
    if (reason !== null) return { path, kind, before: null, after: null, reason };
    return { path, kind, before: old.text, after: now.text, reason: null };
  },
});

function kindOf(before: ManifestEntry | null, after: ManifestEntry | null): FileDiff["kind"] {
  if (before && after) {
    if (isSameEntry(before, after)) throw notFound("Change");
    return "modified";
  }
  if (after) return "added";
  if (before) return "deleted";
  throw notFound("Change");
}
