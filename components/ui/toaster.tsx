"use client";
import { Toaster as Sonner } from "sonner";

/** Toasts are only for what is not visible where the eye is. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-center"
      gap={8}
      toastOptions={{
        classNames: {
          toast:
            "!font-sans !rounded-lg !border !border-border !bg-popover !text-popover-foreground !shadow-lg",
          description: "!text-muted-foreground",
          actionButton: "!bg-primary !text-primary-foreground",
        },
      }}
    />
  );
}
