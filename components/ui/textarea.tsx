import type { ComponentProps } from "react";
import { cn } from "@/lib/client/cn";
import { fieldClasses } from "./input";

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      className={cn(fieldClasses, "field-sizing-content min-h-16 resize-none py-2", className)}
      {...props}
    />
  );
}
