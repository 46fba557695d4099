import { inArray } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { FileVersion } from "@/lib/protocol/versions";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { findVersions } from "./find-versions";

const MAX_VERSIONS = 40;

export const listVersions = defineVerb({
  name: "version.list",
  summary: "Lists the saved states of a file, newest first: who or what made each, and when.",
  input: z.strictObject({ workspaceId: WorkspaceId, path: WorkspacePath }),
  output: z.object({ versions: z.array(FileVersion) }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/files/versions" },
  async run(ctx, { workspaceId, path }) {
    const room = await loadWorkspace(ctx, "workroom.read", workspaceId);
    const found = await findVersions(ctx, { workroomId: room.id, path, limit: MAX_VERSIONS });
    const names = await readNames(
      ctx,
      found.flatMap(({ commit }) => commit.actorId ?? []),
    );
    return {
      versions: found.map(({ seq, commit, entry }) => ({
        seq,
        savedAt: commit.createdAt.toISOString(),
        reason: commit.reason,
        actor: personOf(commit.actorId, names),
        turnId: commit.turnId,
        content: entry && { size: entry.size, etag: entry.sha256 },
      })),
    };
  },
});

const personOf = (id: string | null, names: ReadonlyMap<string, string>) => {
  const name = id === null ? undefined : names.get(id);
  return id === null || name === undefined ? null : { id, name };
};

async function readNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .select({ id: users.id, name: users.name })
      .from(users)
      .where(inArray(users.id, [...new Set(ids)])),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
