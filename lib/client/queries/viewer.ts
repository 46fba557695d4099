import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { ViewerView } from "@/lib/protocol/views";

export const viewerQuery = () =>
  queryOptions({
    queryKey: ["viewer"] as const,
    queryFn: ({ signal }) => api<ViewerView>("/viewer", { signal }),
    staleTime: 60_000,
  });
