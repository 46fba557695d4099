import type { Plugin } from "@/lib/db/schema";
import type { PluginView } from "@/lib/protocol/runs";

export const viewPlugin = (plugin: Plugin): PluginView => ({
  id: plugin.id,
  name: plugin.name,
  sha256: plugin.sha256,
  size: plugin.size,
  createdBy: plugin.createdBy,
  createdAt: plugin.createdAt.toISOString(),
});
