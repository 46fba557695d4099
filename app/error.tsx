"use client";
import { ErrorState } from "@/components/ui/error-state";

/** What a person sees when a page breaks. The cause is in the log, never on the page. */
export default function PageError({ reset }: { reset: () => void }) {
  return (
    <main className="h-dvh">
      <ErrorState
        title="This page broke"
        message="Nothing is lost: workrooms go on without it."
        onRetry={reset}
      />
    </main>
  );
}
