"use client";
import { GlobeLockIcon, LockIcon, UsersIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { WorkroomView } from "@/lib/protocol/views";

const states = {
  private: { Icon: LockIcon, words: "Only you can open this" },
  shared: { Icon: GlobeLockIcon, words: "Shared with people" },
  open: { Icon: UsersIcon, words: "Open to the whole organisation" },
} as const;

function stateOf({ openness, isShared }: WorkroomView): keyof typeof states {
  if (openness === "open") return "open";
  return isShared ? "shared" : "private";
}

/** Who can open the room, as a sign; behind it, the choice. */
export function ShareButton({
  workroom,
  onClick,
}: {
  workroom: WorkroomView;
  onClick: () => void;
}) {
  const { Icon, words } = states[stateOf(workroom)];
  return (
    <Button size="sm" title={words} onClick={onClick}>
      <Icon aria-hidden /> Share
    </Button>
  );
}
