import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { WorkroomId } from "@/lib/protocol/ids";
import { PublishCandidate } from "@/lib/protocol/views";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import { findLastCheckpoint } from "../checkpoint/find-last-checkpoint";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { findCandidates } from "./find-candidates";

export const listCandidates = defineVerb({
  name: "app.list_candidates",
  summary: "Lists what could be published from the files saved last.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: z.object({
    candidates: z.array(PublishCandidate),
    savedAt: z.iso.datetime().nullable(),
  }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/publish-candidates" },
  async run(ctx, { workroomId }) {
    const last = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
      return findLastCheckpoint(tx, workroomId);
    });
    if (!last) return { candidates: [], savedAt: null };
    const candidates = await findCandidates(ctx, await openKeptManifest(ctx, last.manifest));
    return { candidates, savedAt: last.createdAt.toISOString() };
  },
});
