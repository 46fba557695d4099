import type { ComponentProps } from "react";
import { cn } from "@/lib/client/cn";

export const fieldClasses =
  "w-full min-w-0 rounded-md border border-input bg-background px-3 text-base-app transition-colors placeholder:text-muted-foreground focus-visible:border-ring focus-visible:outline-1 focus-visible:-outline-offset-1 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(fieldClasses, "h-11 md:h-9", className)} {...props} />;
}
