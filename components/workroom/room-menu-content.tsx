"use client";
import { MoonIcon, SunIcon, Trash2Icon } from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";

export type RoomMenuProps = {
  isAsleep: boolean;
  onSleep: () => void;
  onWake: () => void;
  /** `undefined`: it is not theirs to delete. */
  onDelete: (() => void) | undefined;
};

export function RoomMenuContent(props: LazyMenuProps<RoomMenuProps>) {
  return (
    <DropdownMenu defaultOpen={props.defaultOpen}>
      <DropdownMenuTrigger asChild>{props.trigger}</DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {props.isAsleep ? (
          <DropdownMenuItem onSelect={props.onWake}>
            <SunIcon aria-hidden /> Wake
          </DropdownMenuItem>
        ) : (
          <DropdownMenuItem onSelect={props.onSleep}>
            <MoonIcon aria-hidden /> Put to sleep
          </DropdownMenuItem>
        )}
        {props.onDelete && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem isDanger onSelect={props.onDelete}>
              <Trash2Icon aria-hidden /> Delete…
            </DropdownMenuItem>
          </>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
