import type { MemberRole } from "@/lib/protocol/view-names";

const ranks: Record<MemberRole, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** Whether a role has at least the rights of another one. */
export const isAtLeast = (role: MemberRole, other: MemberRole): boolean =>
  ranks[role] >= ranks[other];
