"use client";
import { AudioLinesIcon, PlusIcon, SquareTerminalIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/client/cn";
import { useRoomAccess } from "@/lib/client/room-access";
import { isAwake, RoomStateNotice } from "../work/room-state-notice";
import { useWork } from "../work/work-context";
import { newTerminalId, rememberedTerminalId, rememberTerminalId } from "./terminal-id";
import type { TerminalLine } from "./terminal-socket";

const LazyTerminalScreen = dynamic(async () => (await import("./terminal-screen")).TerminalScreen, {
  ssr: false,
  loading: () => null,
});

/** A shell in the room, as the agent's own user. It lives on while nobody looks. */
export function TerminalPanel({ isVisible }: { isVisible: boolean }) {
  const { workroom } = useWork();
  const { canEdit, reason } = useRoomAccess();
  if (!canEdit)
    return (
      <EmptyState icon={<SquareTerminalIcon aria-hidden />} title="No terminal for you here">
        {reason}
      </EmptyState>
    );
  if (!isAwake(workroom)) return <RoomStateNotice what="The terminal" />;
  return <Shell isVisible={isVisible} />;
}

function Shell({ isVisible }: { isVisible: boolean }) {
  const { workroom } = useWork();
  const [terminalId, setTerminalId] = useState(() => rememberedTerminalId(workroom.id));
  const [line, setLine] = useState<TerminalLine>({ state: "connecting" });
  const [isReadAloud, setReadAloud] = useState(false);
  const startNew = () => {
    setLine({ state: "connecting" });
    setTerminalId(rememberTerminalId(workroom.id, newTerminalId()));
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
          workroomId={workroom.id}
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
