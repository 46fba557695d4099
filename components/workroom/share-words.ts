import type { ShareView, WorkroomView } from "@/lib/protocol/views";

/** Who can open a room, in one sentence. Without the list (only its owner has it) it says what the viewer may know. */
export function shareSentence(
  { openness, access, createdBy, isShared }: WorkroomView,
  orgName: string,
  shares: readonly ShareView[] | undefined,
): string {
  if (openness === "open") return `Everyone in ${orgName} can open this and work in it.`;
  if (access !== "own")
    return `${createdBy.name} shares this with you. You can ${access === "view" ? "look at it" : "work in it"}.`;
  if (!shares)
    return isShared ? "You and the people you share it with." : "Only you can open this.";
  const everyone = shares.find(({ person }) => person === null);
  if (everyone)
    return everyone.access === "edit"
      ? `Everyone in ${orgName} can open this and work in it.`
      : `Everyone in ${orgName} can look at this.`;
  const names = shares.flatMap(({ person }) => person?.name ?? []);
  if (names.length === 0) return "Only you can open this.";
  if (names.length > 2) return `You and ${names.length} people can open this.`;
  return `You and ${names.join(" and ")} can open this.`;
}
