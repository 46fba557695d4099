import type { MemberRole } from "@/lib/protocol/view-names";

/** What people read of a role, the most rights first. */
export const roleWords: Record<MemberRole, { label: string; asOne: string; help: string }> = {
  owner: {
    label: "Owner",
    asOne: "an owner",
    help: "Owners can do everything, also delete the organisation.",
  },
  admin: {
    label: "Admin",
    asOne: "an admin",
    help: "Admins manage members, models and open workrooms.",
  },
  member: {
    label: "Member",
    asOne: "a member",
    help: "Members make workrooms and work in those they can open.",
  },
  viewer: {
    label: "Viewer",
    asOne: "a viewer",
    help: "Viewers look at open and shared workrooms and change nothing.",
  },
};
