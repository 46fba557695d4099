import { and, asc, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg, readInOrg } from "@/lib/db/client";
import { type Plugin, plugins } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { PluginId } from "@/lib/protocol/ids";
import { PluginName, PluginView } from "@/lib/protocol/runs";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { viewPlugin } from "./view-plugin";

const requireManager = (ctx: Context) =>
  authorize(ctx, "plugin.manage", { kind: "org", orgId: ctx.orgId });

export const listPlugins = defineVerb({
  name: "plugin.list",
  summary: "Lists the WASM plugins of the organisation.",
  input: z.strictObject({}),
  output: z.object({ plugins: z.array(PluginView) }),
  action: "plugin.read",
  rest: { method: "GET", path: "/plugins" },
  async run(ctx) {
    authorize(ctx, "plugin.read", { kind: "org", orgId: ctx.orgId });
    const rows = await readInOrg(ctx.db, ctx.orgId, (tx) =>
      tx.select().from(plugins).where(isNull(plugins.deletedAt)).orderBy(asc(plugins.name)),
    );
    return { plugins: rows.map(viewPlugin) };
  },
});

export const renamePlugin = defineVerb({
  name: "plugin.rename",
  summary: "Gives a plugin another name.",
  input: z.strictObject({ pluginId: PluginId, name: PluginName }),
  output: PluginView,
  action: "plugin.manage",
  rest: { method: "PATCH", path: "/plugins/:pluginId" },
  async run(ctx, { pluginId, name }) {
    requireManager(ctx);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const plugin = await lockPlugin(tx, pluginId);
      const same = and(eq(plugins.name, name), ne(plugins.id, pluginId), isNull(plugins.deletedAt));
      if ((await tx.select({ id: plugins.id }).from(plugins).where(same)).length > 0)
        throw new AppError("conflict", "There is a plugin of this name already.");
      await tx.update(plugins).set({ name }).where(eq(plugins.id, pluginId));
      const change = { before: { name: plugin.name }, after: { name } };
      await writeAudit(tx, ctx, "plugin.rename", pluginId, change);
      return viewPlugin({ ...plugin, name });
    });
  },
});

export const deletePlugin = defineVerb({
  name: "plugin.delete",
  summary: "Removes a plugin. Runs that go now end by themselves.",
  input: z.strictObject({ pluginId: PluginId }),
  output: z.object({}),
  action: "plugin.manage",
  rest: { method: "DELETE", path: "/plugins/:pluginId" },
  async run(ctx, { pluginId }) {
    requireManager(ctx);
    const unusedKey = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const plugin = await lockPlugin(tx, pluginId);
      await tx.update(plugins).set({ deletedAt: ctx.now() }).where(eq(plugins.id, pluginId));
      await writeAudit(tx, ctx, "plugin.delete", pluginId, { name: plugin.name });
      const others = and(eq(plugins.key, plugin.key), isNull(plugins.deletedAt));
      const isUsed = (await tx.select({ id: plugins.id }).from(plugins).where(others)).length > 0;
      return isUsed ? null : plugin.key;
    });
    if (unusedKey !== null) await ctx.store.delete(unusedKey);
    return {};
  },
});

async function lockPlugin(tx: DbTransaction, pluginId: string): Promise<Plugin> {
  const mine = and(eq(plugins.id, pluginId), isNull(plugins.deletedAt));
  const [plugin] = await tx.select().from(plugins).where(mine).for("update");
  if (!plugin) throw notFound("Plugin");
  return plugin;
}
