"use client";

/**
 * What a person sees when a page breaks; the cause is in the log, never on the page. Next sends this code along with
 * every page, so it stands on plain elements alone.
 */
export default function PageError({ reset }: { reset: () => void }) {
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 className="font-medium">This page broke</h1>
      <p className="text-muted-foreground">Nothing is lost: workrooms go on without it.</p>
      <button
        type="button"
        onClick={reset}
        className="mt-2 rounded-md border px-3.5 py-2 font-medium hover:bg-hover"
      >
        Try again
      </button>
    </main>
  );
}
