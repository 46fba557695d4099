"use client";
import { AudioLinesIcon, PlusIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/client/cn";
import { newTerminalId, rememberedTerminalId, rememberTerminalId } from "./terminal-id";
import type { TerminalLine } from "./terminal-socket";

const LazyTerminalScreen = dynamic(async () => (await import("./terminal-screen")).TerminalScreen, {
  ssr: false,
  loading: () => null,
});

type TerminalShellProps = { workroomId: string; isVisible: boolean };

/** A shell in a room that is awake, with what belongs around its screen. */
export function TerminalShell({ workroomId, isVisible }: TerminalShellProps) {
  const [terminalId, setTerminalId] = useState(() => rememberedTerminalId(workroomId));
  const [line, setLine] = useState<TerminalLine>({ state: "connecting" });
  const [isReadAloud, setReadAloud] = useState(false);
  const startNew = () => {
    setLine({ state: "connecting" });
    setTerminalId(rememberTerminalId(workroomId, newTerminalId()));
  };
  return (
    <div className="flex h-full flex-col">
      <div
        role="toolbar"
        aria-label="Terminal"
        className="flex h-10 shrink-0 items-center gap-1 border-b px-1.5"
      >
        <LineWords line={line} />
        <Tooltip label="Read the output aloud (for screen readers)">
          <Button
            variant="ghost"
            size="icon"
            aria-label="Screen reader mode"
            aria-pressed={isReadAloud}
            className={cn(isReadAloud && "bg-accent text-accent-foreground")}
            onClick={() => setReadAloud(!isReadAloud)}
          >
            <AudioLinesIcon aria-hidden />
          </Button>
        </Tooltip>
        <Tooltip label="Start a new shell">
          <Button variant="ghost" size="icon" aria-label="Start a new shell" onClick={startNew}>
            <PlusIcon aria-hidden />
          </Button>
        </Tooltip>
      </div>
      <div className="min-h-0 flex-1">
        <LazyTerminalScreen
          key={terminalId}
          workroomId={workroomId}
          terminalId={terminalId}
          isVisible={isVisible}
          isReadAloud={isReadAloud}
          onLine={setLine}
        />
      </div>
      {line.state === "exited" && (
        <div className="flex shrink-0 items-center justify-between gap-2 border-t bg-muted px-3 py-2 text-sm">
          <p role="alert">{exitWords(line.exitCode)}</p>
          <Button size="sm" variant="primary" onClick={startNew}>
            Start a new shell
          </Button>
        </div>
      )}
    </div>
  );
}

function LineWords({ line }: { line: TerminalLine }) {
  const words = {
    connecting: "Connecting…",
    online: "Connected",
    reconnecting: "The line is cut. Connecting again…",
    exited: "The shell ended",
  }[line.state];
  const isWaiting = line.state === "connecting" || line.state === "reconnecting";
  return (
    <output className="flex min-w-0 flex-1 items-center gap-2 px-1.5 text-[0.8125rem] text-muted-foreground">
      {isWaiting ? (
        <Spinner className="size-3.5" />
      ) : (
        <span
          aria-hidden
          className={cn(
            "size-2 rounded-full",
            line.state === "online" ? "bg-success" : "bg-muted-foreground",
          )}
        />
      )}
      <span className="truncate">
        {words}
        {line.state === "reconnecting" && line.message && ` ${line.message}`}
      </span>
    </output>
  );
}

const exitWords = (exitCode: number | null) =>
  exitCode === null || exitCode === 0
    ? "The shell ended."
    : `The shell ended with code ${exitCode}.`;
