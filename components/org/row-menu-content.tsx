"use client";
import { BellIcon, BellOffIcon, MailIcon, MailOpenIcon, PinIcon, PinOffIcon } from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";
import { useMarkRoom } from "@/lib/client/use-mark-room";
import type { WorkroomView } from "@/lib/protocol/views";

export type RowMenuProps = { workroom: WorkroomView };

/** What a person may note of a room for themselves. */
export function RowMenuContent({ workroom, ...props }: LazyMenuProps<RowMenuProps>) {
  const mark = useMarkRoom(workroom);
  const { isPinned, isMuted, isUnread, attention } = workroom;
  return (
    <DropdownMenu defaultOpen={props.defaultOpen}>
      <DropdownMenuTrigger asChild>{props.trigger}</DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => mark({ isPinned: !isPinned })}>
          {isPinned ? <PinOffIcon aria-hidden /> : <PinIcon aria-hidden />}
          {isPinned ? "Unpin" : "Pin to the top"}
        </DropdownMenuItem>
        <DropdownMenuItem
          disabled={!isUnread && attention === null}
          onSelect={() => mark({ isRead: isUnread })}
        >
          {isUnread ? <MailOpenIcon aria-hidden /> : <MailIcon aria-hidden />}
          {isUnread ? "Mark as read" : "Mark as unread"}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => mark({ isMuted: !isMuted })}>
          {isMuted ? <BellIcon aria-hidden /> : <BellOffIcon aria-hidden />}
          {isMuted ? "Unmute" : "Mute"}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
