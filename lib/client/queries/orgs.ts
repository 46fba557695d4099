import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { OrgSettingsView, OrgView } from "@/lib/protocol/views";

export const orgQuery = () =>
  queryOptions({
    queryKey: ["org"] as const,
    queryFn: ({ signal }) => api<OrgSettingsView>("/org", { signal }),
  });

type OrgChanges = Partial<Pick<OrgSettingsView, "name" | "slug" | "repositoryOpenness">>;

export const changeOrg = (changes: OrgChanges) =>
  api<OrgSettingsView>("/org", { method: "PATCH", body: changes });

export const leaveOrg = () => api<{ passedWorkrooms: number }>("/org/leave", { method: "POST" });

export const deleteOrg = (confirmSlug: string) =>
  api<unknown>("/org", { method: "DELETE", query: { confirmSlug } });

/** Works for a person of no organisation as well, for whom there is no REST door yet. */
export const createOrg = (name: string) =>
  api<OrgView>("/api/organisations", { method: "POST", body: { name } });
