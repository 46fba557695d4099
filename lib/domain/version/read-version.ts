import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { notFound } from "@/lib/errors";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { VersionContent } from "@/lib/protocol/versions";
import { isText } from "@/lib/workspace/is-text";
import { readEntryBytes } from "@/lib/workspace/read-entry";
import { openKeptState } from "../commit/find-last-state";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { findStateAt } from "./find-versions";

const MAX_SHOWN_BYTES = 2_000_000;

export const readVersion = defineVerb({
  name: "version.read",
  summary: "Reads the text that a file had after a commit.",
  input: z.strictObject({
    workspaceId: WorkspaceId,
    path: WorkspacePath,
    seq: z.coerce.number().int().nonnegative(),
  }),
  output: VersionContent,
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/files/version" },
  async run(ctx, { workspaceId, path, seq }) {
    const room = await loadWorkspace(ctx, "workroom.read", workspaceId);
    const state = await inOrg(ctx.db, ctx.orgId, (tx) => findStateAt(tx, room.id, seq));
    const entry = (await openKeptState(ctx, state)).find(path);
    if (entry?.type !== "file") throw notFound("Version");
    const shown = { path, size: entry.size, etag: entry.sha256 };
    if (entry.size > MAX_SHOWN_BYTES) return { ...shown, text: null, reason: "too_large" as const };
    const bytes = await readEntryBytes(ctx.store, entry, MAX_SHOWN_BYTES);
    if (!isText(bytes)) return { ...shown, text: null, reason: "binary" as const };
    return { ...shown, text: bytes.toString("utf8"), reason: null };
  },
});
