import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { AgentView } from "@/lib/protocol/workspace-views";

type Page = { agents: AgentView[]; nextCursor: string | null };

export const agentKeys = {
  all: ["agents"] as const,
  list: ["agents", "list"] as const,
  detail: (agentId: string) => ["agents", "one", agentId] as const,
};

export const agentsQuery = () =>
  infiniteQueryOptions({
    queryKey: agentKeys.list,
    queryFn: ({ signal, pageParam }) =>
      api<Page>("/agents", { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const agentQuery = (agentId: string) =>
  queryOptions({
    queryKey: agentKeys.detail(agentId),
    queryFn: ({ signal }) => api<AgentView>(`/agents/${agentId}`, { signal }),
  });

type Words = { name: string; instructions: string };

export const createAgent = (body: Words) => api<AgentView>("/agents", { method: "POST", body });

export const changeAgent = (agentId: string, body: Words) =>
  api<AgentView>(`/agents/${agentId}`, { method: "PATCH", body });

export const deleteAgent = (agentId: string) =>
  api<unknown>(`/agents/${agentId}`, { method: "DELETE" });

export const switchWorkspace = (agentId: string, isOn: boolean) =>
  api<AgentView>(`/agents/${agentId}/workspace`, { method: isOn ? "PUT" : "DELETE" });
