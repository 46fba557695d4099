"use client";
import { lazy, Suspense } from "react";

const MarkdownText = lazy(async () => ({ default: (await import("./markdown")).MarkdownText }));

/** The text at once, formatted as soon as the formatter is there. */
export function TurnText({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <MarkdownText text={text} />
    </Suspense>
  );
}
