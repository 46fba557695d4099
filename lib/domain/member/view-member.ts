import type { MemberView } from "@/lib/protocol/views";
import type { PersonActor } from "../context";
import type { LoadedMember } from "./load-member";
import { isAtLeast } from "./member-rank";

/** When somebody was here is their admins' business, not that of each colleague. */
export function viewMember(member: LoadedMember, actor: PersonActor): MemberView {
  const seesVisits = isAtLeast(actor.role, "admin") || actor.userId === member.userId;
  return {
    userId: member.userId,
    name: member.name,
    email: member.email,
    role: member.role,
    joinedAt: member.createdAt.toISOString(),
    lastSeenAt: seesVisits ? (member.lastSeenAt?.toISOString() ?? null) : null,
  };
}
