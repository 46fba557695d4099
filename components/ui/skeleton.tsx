import type { ComponentProps } from "react";
import { cn } from "@/lib/client/cn";

/** Holds the place of what loads, at its height, so that nothing jumps. */
export function Skeleton({ className, ...props }: ComponentProps<"div">) {
  return (
    <div aria-hidden className={cn("animate-pulse rounded-md bg-muted", className)} {...props} />
  );
}
