"use client";
import { Spinner } from "@/components/ui/spinner";
import { useConnectionState } from "@/lib/client/live-context";

/** Quiet while all is well; says so when the line is cut. */
export function ConnectionLine() {
  const state = useConnectionState();
  return (
    <div aria-live="polite" className="pointer-events-none">
      {state === "reconnecting" && (
        <p className="flex items-center justify-center gap-2 py-1 text-xs text-muted-foreground">
          <Spinner className="size-3" /> Reconnecting…
        </p>
      )}
    </div>
  );
}
