import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { ShareView } from "@/lib/protocol/views";

type Shares = { shares: ShareView[] };

export const sharesQuery = (workroomId: string) =>
  queryOptions({
    queryKey: ["shares", workroomId] as const,
    queryFn: async ({ signal }) =>
      (await api<Shares>(`/workrooms/${workroomId}/shares`, { signal })).shares,
  });

export const putShare = (workroomId: string, subject: string, access: ShareView["access"]) =>
  api<Shares>(`/workrooms/${workroomId}/shares/${subject}`, { method: "PUT", body: { access } });

export const removeShare = (workroomId: string, subject: string) =>
  api<Shares>(`/workrooms/${workroomId}/shares/${subject}`, { method: "DELETE" });
