const route = /^\/api\/v1\/(?:workspaces\/([^/?]+)\/)?mcp(?:\?|$)/;

/** The MCP doors: `/api/v1/mcp`, and `/api/v1/workspaces/:workspaceId/mcp`. Null for every other address. */
export function readMcpPath(url: string): { workspaceId: string | null } | null {
  const match = route.exec(url);
  return match ? { workspaceId: match[1] ?? null } : null;
}
