import { BrainIcon, ChevronRightIcon } from "lucide-react";

export function Thought({ text, isRunning }: { text: string; isRunning: boolean }) {
  return (
    <details className="group text-muted-foreground">
      <summary className="-mx-2 flex min-h-8 touch-target cursor-pointer list-none items-center gap-2.5 rounded-md px-2 transition-colors hover:bg-hover [&::-webkit-details-marker]:hidden">
        <BrainIcon aria-hidden className="size-4" />
        <span className="flex-1">{isRunning ? "Thinking…" : "Thought about it"}</span>
        <ChevronRightIcon
          aria-hidden
          className="size-4 transition-transform group-open:rotate-90"
        />
      </summary>
      <p className="border-l-2 py-1 pl-4 break-words whitespace-pre-wrap">{text}</p>
    </details>
  );
}
