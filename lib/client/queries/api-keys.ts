import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { ApiKeyScope, ApiKeyView, NewApiKeyView } from "@/lib/protocol/api-keys";

type Page = { keys: ApiKeyView[]; nextCursor: string | null };

/** "mine", or "all" of the organisation, which only admins may see. */
export const apiKeysQuery = (view: "mine" | "all") =>
  infiniteQueryOptions({
    queryKey: ["api-keys", view] as const,
    queryFn: ({ signal, pageParam }) =>
      api<Page>("/api-keys", { query: { view, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export type NewApiKey = {
  name: string;
  scopes: ApiKeyScope[];
  expiresInDays: number | null;
  currentPassword: string;
};

export const createApiKey = (body: NewApiKey) =>
  api<NewApiKeyView>("/api-keys", { method: "POST", body });

export const revokeApiKey = (apiKeyId: string) =>
  api<unknown>(`/api-keys/${apiKeyId}`, { method: "DELETE" });
