import { z } from "zod";
import {
  type ChangingOp,
  type FileOpInput,
  type FileOpResult,
  fileOps,
  type LookingOp,
  type ReadCaps,
  readCaps,
} from "@/lib/protocol/file-ops";
import { WorkspaceId } from "@/lib/protocol/ids";
import { mainPath, withNormalPaths } from "@/lib/workspace/normal-path";
import { readContent } from "@/lib/workspace/read-content";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { changeFiles } from "./change-files";
import { openTree } from "./open-tree";
import { runOnHost } from "./run-on-host";

/** Looks at the files of a workspace, awake or asleep, when the actor may. */
export async function lookAtFiles<K extends LookingOp>(
  ctx: Context,
  workspaceId: string,
  op: K,
  input: FileOpInput<K>,
): Promise<FileOpResult<K>> {
  const room = await loadWorkspace(ctx, "workroom.read", workspaceId);
  return (await openTree(ctx, room.id)).look(op, input);
}

/** A file, or a part of it, as one answer of at most `caps` bytes. */
export async function readContentOf(
  ctx: Context,
  workspaceId: string,
  input: FileOpInput<"read">,
  caps: ReadCaps,
): Promise<FileOpResult<"read">> {
  const asked = withNormalPaths(input);
  const room = await loadWorkspace(ctx, "workroom.read", workspaceId);
  const tree = await openTree(ctx, room.id);
  return readContent(
    ({ offset, length }) =>
      tree.read(asked.path, { offset, ...(length !== undefined && { length }) }),
    asked,
    caps,
  );
}

/** Changes the files of a workspace, awake or asleep, when the actor may; it answers when the change is durable. */
export async function changeByOp<K extends ChangingOp>(
  ctx: Context,
  workspaceId: string,
  op: K,
  asked: FileOpInput<K>,
): Promise<FileOpResult<K>> {
  const input = withNormalPaths(asked);
  const { durability } = input as { durability: "store" | "local" };
  const change = {
    workspaceId,
    action: `file.${op}`,
    path: mainPath(input),
    ...("to" in input && { to: input.to }),
    durability,
  };
  return changeFiles(ctx, change, (room) => runOnHost(ctx.host, room.id, op, input));
}

type On<K extends LookingOp | ChangingOp> = FileOpInput<K> & { workspaceId: string };

function defineLook<const K extends LookingOp>(op: K) {
  const { summary, input, output } = fileOps[op];
  return defineVerb({
    name: `file.${op}`,
    summary,
    input: z.strictObject({ workspaceId: WorkspaceId, ...input.shape }),
    output,
    action: "workroom.read",
    rest: { method: "GET", path: `/workspaces/:workspaceId/files/${op}` },
    run(ctx, asked) {
      const { workspaceId, ...rest } = asked as unknown as On<K>;
      if (op === "read")
        return readContentOf(
          ctx,
          workspaceId,
          rest as unknown as FileOpInput<"read">,
          readCaps.rest,
        );
      return lookAtFiles(ctx, workspaceId, op, rest as unknown as FileOpInput<K>);
    },
  });
}

function defineChange<const K extends ChangingOp>(op: K) {
  const { summary, input, output } = fileOps[op];
  return defineVerb({
    name: `file.${op}`,
    summary,
    input: z.strictObject({ workspaceId: WorkspaceId, ...input.shape }),
    output,
    action: "workroom.write",
    rest: { method: "POST", path: `/workspaces/:workspaceId/files/${op}` },
    run(ctx, asked) {
      const { workspaceId, ...rest } = asked as unknown as On<K>;
      return changeByOp(ctx, workspaceId, op, rest as unknown as FileOpInput<K>);
    },
  });
}

/** The eleven operations, and edit, search and glob, as verbs: one address each, named after the operation. */
export const listFolder = defineLook("ls");
export const readFile = defineLook("read");
export const statFile = defineLook("stat");
export const fileExists = defineLook("exists");
export const searchFiles = defineLook("search");
export const globFiles = defineLook("glob");
export const writeFile = defineChange("write");
export const appendFile = defineChange("append");
export const copyFile = defineChange("copy");
export const moveFile = defineChange("move");
export const deleteFile = defineChange("delete");
export const makeFolder = defineChange("mkdir");
export const removeFolder = defineChange("rmdir");
export const editFile = defineChange("edit");
