import { queryOptions } from "@tanstack/react-query";
import { api, readProblem } from "@/lib/client/api";
import type { PluginView, RunEvent, RunView } from "@/lib/protocol/runs";

export type Language = "python" | "javascript";

/** Waking a workspace is part of it. */
const START_MS = 120_000;

/** Answers as soon as the code runs; what it says is followed by `followRun`. */
export const startRun = (workspaceId: string, language: Language, code: string) =>
  api<RunView>(`/workspaces/${workspaceId}/runs/${language}`, {
    method: "POST",
    body: { code, wait: false, timeoutMs: 600_000 },
    timeoutMs: START_MS,
  });

export const stopRun = (workspaceId: string, runId: string) =>
  api<unknown>(`/workspaces/${workspaceId}/runs/${runId}`, { method: "DELETE" });

/** What a run says, from number `after` on, as it comes. Ends with the run, or when the line breaks. */
export async function* followRun(
  workspaceId: string,
  runId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const path = `/api/v1/workspaces/${workspaceId}/runs/${runId}/stream?after=${after}`;
  const response = await fetch(path, { headers: { accept: "application/x-ndjson" }, signal });
  if (!response.ok || !response.body)
    throw await readProblem(response.status, await response.text(), null);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as RunEvent | { error: unknown };
      if ("n" in event) yield event;
    }
  }
}

export const pluginsQuery = () =>
  queryOptions({
    queryKey: ["plugins"] as const,
    queryFn: ({ signal }) => api<{ plugins: PluginView[] }>("/plugins", { signal }),
  });

export const deletePlugin = (pluginId: string) =>
  api<unknown>(`/plugins/${pluginId}`, { method: "DELETE" });

/** Sends a .wasm file; its name without the ending is the plugin's. */
export async function addPlugin(file: File, orgId: string | null): Promise<void> {
  const name = file.name.replace(/\.wasm$/i, "");
  const response = await fetch(`/api/v1/plugins/upload?${new URLSearchParams({ name })}`, {
    method: "POST",
    headers: orgId === null ? {} : { "workroom-org": orgId },
    body: file,
  });
  if (!response.ok) throw await readProblem(response.status, await response.text(), null);
}
