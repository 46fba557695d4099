import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { plugins } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { PluginId, WorkspaceId } from "@/lib/protocol/ids";
import { roomPath, WorkspacePath } from "@/lib/protocol/paths";
import { MAX_PLUGIN_BYTES, RunView } from "@/lib/protocol/runs";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { optionsOf, RunOptions } from "./run-code";
import { startRun } from "./start-run";
import { viewRun } from "./view-run";

const MiB = 1_048_576;

export const runPlugin = defineVerb({
  name: "run.plugin",
  summary:
    "Runs a WASI program in the workspace: a plugin of the organisation, or a .wasm file. It reaches /workspace and nothing else.",
  input: z.strictObject({
    workspaceId: WorkspaceId,
    pluginId: PluginId.optional(),
    path: WorkspacePath.optional(),
    memoryBytes: z
      .number()
      .int()
      .min(MiB)
      .max(1_024 * MiB)
      .default(256 * MiB),
    cpuSeconds: z.number().int().min(1).max(3_600).default(60),
    ...RunOptions,
  }),
  output: RunView,
  action: "workroom.run",
  rest: { method: "POST", path: "/workspaces/:workspaceId/runs/plugin" },
  async run(ctx, { workspaceId, pluginId, path, memoryBytes, cpuSeconds, ...options }) {
    const room = await loadWorkspace(ctx, "workroom.run", workspaceId);
    if ((pluginId === undefined) === (path === undefined))
      throw new AppError("invalid_input", "Name a plugin, or the path of a file: one of the two.");
    const plugin = pluginId === undefined ? null : await loadPlugin(ctx, pluginId);
    const limits = { memoryBytes, cpuSeconds };
    const file = path === undefined ? null : roomPath(path);
    const program = {
      kind: "plugin",
      path: file,
      sha256: plugin?.sha256 ?? null,
      ...limits,
    } as const;
    const run = await startRun(
      ctx,
      room,
      {
        kind: "plugin",
        source: plugin?.name ?? path ?? "",
        path: path ?? null,
        pluginId: pluginId ?? null,
        action: "run.plugin",
        request: { program, ...optionsOf(options) },
        ...(plugin && { bring: () => bringModule(ctx, room.id, plugin) }),
      },
      { isTied: options.wait },
    );
    return viewRun(run);
  },
});

/** @throws AppError `not_found` for one that is missing, deleted, or another organisation's */
async function loadPlugin(ctx: Context, pluginId: string) {
  authorize(ctx, "plugin.read", { kind: "org", orgId: ctx.orgId });
  const mine = and(eq(plugins.id, pluginId), isNull(plugins.deletedAt));
  const [plugin] = await readInOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(plugins).where(mine),
  );
  if (!plugin) throw notFound("Plugin");
  return plugin;
}

async function bringModule(
  ctx: Context,
  roomId: string,
  { key, sha256, size }: { key: string; sha256: string; size: number },
): Promise<void> {
  if (size > MAX_PLUGIN_BYTES) throw new AppError("too_large", "This plugin is too large.");
  await ctx.engine.putPlugin(roomId, sha256, await ctx.store.getBytes(key));
}
