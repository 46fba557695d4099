import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { InvitationView, MemberView } from "@/lib/protocol/views";
import type { MemberRole } from "@/lib/protocol/view-names";

export const membersQuery = () =>
  queryOptions({
    queryKey: ["members"] as const,
    queryFn: async ({ signal }) =>
      (await api<{ members: MemberView[] }>("/members", { signal })).members,
  });

export const changeRole = (userId: string, role: MemberRole) =>
  api<MemberView>(`/members/${userId}`, { method: "PATCH", body: { role } });

export const removeMember = (userId: string, successorId: string) =>
  api<{ passedWorkrooms: number }>(`/members/${userId}`, {
    method: "DELETE",
    query: { successorId },
  });

export const invitationsQuery = () =>
  queryOptions({
    queryKey: ["invitations"] as const,
    queryFn: ({ signal }) =>
      api<{ invitations: InvitationView[]; isMailing: boolean }>("/invitations", { signal }),
  });

/** `url` is known this once only. */
export type SentInvitation = { invitation: InvitationView; url: string };

export const createInvitation = (body: { email: string; role: MemberRole }) =>
  api<SentInvitation>("/invitations", { method: "POST", body });

export const resendInvitation = (invitationId: string) =>
  api<SentInvitation>(`/invitations/${invitationId}/resend`, { method: "POST" });

export const revokeInvitation = (invitationId: string) =>
  api<unknown>(`/invitations/${invitationId}`, { method: "DELETE" });
