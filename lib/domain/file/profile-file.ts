import { z } from "zod";
import { AppError } from "@/lib/errors";
import { TableProfile } from "@/lib/protocol/files";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { openTree } from "./open-tree";
import { profileTable } from "./profile-table";

/** A very large table is looked through in part, and the profile says so. */
const MAX_PROFILE_BYTES = 8_388_608;

export const isTablePath = (path: string): boolean => /\.(csv|tsv|tab)$/i.test(path);

export const profileFile = defineVerb({
  name: "file.profile",
  summary: "Says what a table file holds (rows, columns, ranges, oddities), without any model.",
  input: z.strictObject({ workspaceId: WorkspaceId, path: WorkspacePath }),
  output: TableProfile,
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/files/profile" },
  async run(ctx, { workspaceId, path }) {
    const room = await loadWorkspace(ctx, "workroom.read", workspaceId);
    if (!isTablePath(path))
      throw new AppError("invalid_input", "Only CSV and TSV files can be looked through.");
    return readProfile(ctx, room.id, path);
  },
});

/** Reads the file's first 8 MiB and profiles them. */
export async function readProfile(
  ctx: Pick<Context, "db" | "host" | "store" | "orgId">,
  workroomId: string,
  path: string,
): Promise<TableProfile> {
  const { body, size } = await (await openTree(ctx, workroomId)).read(path);
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    read += chunk.length;
    if (read >= MAX_PROFILE_BYTES) break; // leaving the loop destroys the stream
  }
  return profileTable(path, Buffer.concat(chunks), { isComplete: read >= size });
}
