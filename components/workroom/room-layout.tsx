"use client";
import { useState, type ReactNode } from "react";
import { ResizableGroup, ResizableHandle, ResizablePanel } from "@/components/ui/resizable";
import { cn } from "@/lib/client/cn";

const KEY = "workroom.layout";
const MIN_PERCENT = 30;
const MAX_PERCENT = 80;

export type PhonePage = "chat" | "work";

function readChatPercent(): number {
  try {
    const percent = Number(localStorage.getItem(KEY));
    return percent >= 100 - MAX_PERCENT && percent <= MAX_PERCENT ? percent : 45;
  } catch {
    return 45;
  }
}

function keepChatPercent(percent: number | undefined): void {
  try {
    if (percent !== undefined) localStorage.setItem(KEY, String(Math.round(percent)));
  } catch {
    // The next visit begins with the usual width.
  }
}

/** Chat and work side by side on a desk; the line between them can be dragged, or moved with the arrow keys. */
export function DeskLayout(props: { chat: ReactNode; work: ReactNode }) {
  const [chatPercent] = useState(readChatPercent);
  if (!props.work) return <div className="min-h-0 flex-1">{props.chat}</div>;
  return (
    <ResizableGroup
      orientation="horizontal"
      className="min-h-0 flex-1"
      defaultLayout={{ chat: chatPercent, work: 100 - chatPercent }}
      onLayoutChanged={(layout, { isUserInteraction }) =>
        isUserInteraction && keepChatPercent(layout["chat"])
      }
    >
      <ResizablePanel id="chat" minSize={`${100 - MAX_PERCENT}%`}>
        {props.chat}
      </ResizablePanel>
      <ResizableHandle aria-label="Width of chat and work" />
      <ResizablePanel id="work" minSize={`${MIN_PERCENT}%`} maxSize={`${MAX_PERCENT}%`}>
        {props.work}
      </ResizablePanel>
    </ResizableGroup>
  );
}

type PhoneLayoutProps = {
  chat: ReactNode;
  work: ReactNode;
  page: PhonePage;
  onPage: (page: PhonePage) => void;
};

const pages: readonly { page: PhonePage; label: string }[] = [
  { page: "chat", label: "Chat" },
  { page: "work", label: "Work" },
];

/** Chat and work as two pages on a phone. Both stay alive, so nothing is lost by looking at the other. */
export function PhoneLayout({ chat, work, page, onPage }: PhoneLayoutProps) {
  return (
    <>
      <fieldset className="mx-3 my-2 flex rounded-lg bg-muted p-0.5">
        <legend className="sr-only">What to show</legend>
        {pages.map((entry) => (
          <button
            key={entry.page}
            type="button"
            aria-pressed={page === entry.page}
            onClick={() => onPage(entry.page)}
            className={cn(
              "h-11 flex-1 rounded-md text-sm font-medium text-muted-foreground transition-colors",
              page === entry.page && "bg-background text-foreground shadow-xs",
            )}
          >
            {entry.label}
          </button>
        ))}
      </fieldset>
      <div className="relative min-h-0 flex-1">
        <div className={cn("absolute inset-0", page !== "chat" && "invisible")}>{chat}</div>
        <div className={cn("absolute inset-0", page !== "work" && "invisible")}>{work}</div>
      </div>
    </>
  );
}
