import { type WorkroomListView, workroomListViews } from "@/lib/protocol/view-names";

/** What a person who is alone sees, and what one of a team sees at first. */
export const usualViews = (isTeam: boolean): readonly WorkroomListView[] =>
  isTeam ? workroomListViews : ["mine"];
