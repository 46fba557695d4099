import { api } from "@/lib/client/api";

type Join = { secret: string; account?: { name: string; password: string } };

/** Accepts an invitation; with `account`, the invited address gets one first. */
export const joinByInvitation = (body: Join) =>
  api<{ orgId: string; orgSlug: string; email: string }>("/api/invite", { method: "POST", body });
