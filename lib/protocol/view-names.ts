// Values that the page needs at once, apart from the schemas: with these comes no schema library.

/** Lists of rooms: what a person made, what others share with them, what is open to their organisation. */
export const workroomListViews = ["mine", "shared", "team"] as const;
export type WorkroomListView = (typeof workroomListViews)[number];

/** Stands for the whole organisation where a share names a person. */
export const EVERYONE = "everyone";

export const memberRoles = ["owner", "admin", "member", "viewer"] as const;
export type MemberRole = (typeof memberRoles)[number];

/** What a key needs in a bucket, as policies write it. */
export const bucketRights = ["GetObject", "PutObject", "DeleteObject", "ListBucket"] as const;

export const storageMoveStates = [
  "copying",
  "verifying",
  "switching",
  "done",
  "failed",
  "cancelled",
] as const;
