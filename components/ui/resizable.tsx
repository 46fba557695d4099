"use client";
import type { ComponentProps } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { cn } from "@/lib/client/cn";

export const ResizableGroup = Group;
export const ResizablePanel = Panel;

/** The line between two panels: drag it, or focus it and use the arrow keys. */
export function ResizableHandle({ className, ...props }: ComponentProps<typeof Separator>) {
  return (
    <Separator
      className={cn(
        "relative w-px bg-border outline-none after:absolute after:inset-y-0 after:-left-1 after:w-2 after:transition-colors hover:after:bg-ring/30 focus-visible:after:bg-ring data-[separator=active]:after:bg-ring/50",
        className,
      )}
      {...props}
    />
  );
}
