"use client";
import {
  CircleXIcon,
  InfoIcon,
  type LucideIcon,
  MessageSquareTextIcon,
  TriangleAlertIcon,
  XIcon,
} from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/client/cn";
import { useRoomAccess } from "@/lib/client/room-access";
import { useWork } from "../work/work-context";
import type { PageEntry, PageLog } from "./page-log";

const signs: Record<PageEntry["level"], { Icon: LucideIcon; tone: string; word: string }> = {
  error: { Icon: CircleXIcon, tone: "text-danger", word: "Error" },
  warn: { Icon: TriangleAlertIcon, tone: "text-warning", word: "Warning" },
  info: { Icon: InfoIcon, tone: "text-muted-foreground", word: "Note" },
  log: { Icon: MessageSquareTextIcon, tone: "text-muted-foreground", word: "Note" },
};

const MAX_QUOTED = 600;

type PageConsoleProps = { id: string; log: PageLog; onClear: () => void; onClose: () => void };

/** What the previewed page has written and what went wrong in it. All of it is text of the page, never ours. */
export function PageConsole({ id, log, onClear, onClose }: PageConsoleProps) {
  const { askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  const lastError = log.entries.findLast(({ level }) => level === "error");
  return (
    <section
      id={id}
      aria-label="Console"
      className="flex h-2/5 min-h-32 shrink-0 flex-col border-t bg-background"
    >
      <div className="flex h-9 shrink-0 items-center gap-1 border-b pr-1.5 pl-3">
        <h2 className="flex-1 truncate text-[0.8125rem] font-medium">Console</h2>
        {canEdit && lastError && (
          <Button
            size="sm"
            onClick={() =>
              askEmployee(
                `The preview shows this error, please fix it:\n> ${lastError.text.slice(0, MAX_QUOTED).replaceAll("\n", "\n> ")}\n`,
              )
            }
          >
            Ask to fix it
          </Button>
        )}
        <Button variant="ghost" size="sm" disabled={log.entries.length === 0} onClick={onClear}>
          Clear
        </Button>
        <Button variant="ghost" size="icon-sm" aria-label="Close the console" onClick={onClose}>
          <XIcon aria-hidden />
        </Button>
      </div>
      {log.entries.length === 0 ? (
        <p className="p-3 text-[0.8125rem] text-muted-foreground">
          {log.isConnected
            ? "The page has written nothing so far."
            : "This page tells nothing: it still loads, its own rules forbid it, or it is no page."}
        </p>
      ) : (
        <Entries entries={log.entries} />
      )}
    </section>
  );
}

function Entries({ entries }: { entries: readonly PageEntry[] }) {
  return (
    // What scrolls must be reachable by keyboard. The newest line comes first: it is what one looks for.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ol tabIndex={0} aria-label="Lines" className="min-h-0 flex-1 divide-y overflow-y-auto">
      {entries.toReversed().map(({ id, level, text }) => {
        const { Icon, tone, word } = signs[level];
        return (
          <li key={id} className="flex gap-2 px-3 py-1.5">
            <Icon aria-label={word} className={cn("mt-0.5 size-3.5 shrink-0", tone)} />
            <pre
              dir="auto"
              className={cn(
                "min-w-0 flex-1 font-mono text-xs break-words whitespace-pre-wrap",
                level === "error" && "text-danger",
              )}
            >
              {text}
            </pre>
          </li>
        );
      })}
    </ol>
  );
}
