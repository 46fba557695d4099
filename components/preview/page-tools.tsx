"use client";
import { SquareMousePointerIcon, SquareTerminalIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/client/cn";
import { countOf } from "@/lib/client/format";
import { useRoomAccess } from "@/lib/client/room-access";
import type { PageLog } from "./page-log";

type PageToolsProps = {
  log: PageLog;
  isPicking: boolean;
  onPick: (isOn: boolean) => void;
  consoleId: string;
  isConsoleOpen: boolean;
  onConsole: (isOpen: boolean) => void;
};

const MAX_SHOWN_COUNT = 99;

/** What needs the page's help: pointing at one of its elements, and its console with the count of errors. */
export function PageTools(props: PageToolsProps) {
  const { log, consoleId, isConsoleOpen } = props;
  const { canEdit } = useRoomAccess();
  const { errorCount } = log;
  const label = errorCount > 0 ? `Console, ${countOf(errorCount, "error")}` : "Console";
  return (
    <>
      {canEdit && <PickButton {...props} />}
      <Tooltip label={label}>
        <Button
          variant="ghost"
          size="icon"
          aria-label={label}
          aria-expanded={isConsoleOpen}
          aria-controls={isConsoleOpen ? consoleId : undefined}
          className={cn(
            "w-auto min-w-8 gap-1 px-1.5",
            errorCount > 0 && "text-danger hover:text-danger",
          )}
          onClick={() => props.onConsole(!isConsoleOpen)}
        >
          <SquareTerminalIcon aria-hidden />
          {errorCount > 0 && (
            <span aria-hidden className="text-xs font-medium tabular-nums">
              {errorCount > MAX_SHOWN_COUNT ? `${MAX_SHOWN_COUNT}+` : errorCount}
            </span>
          )}
        </Button>
      </Tooltip>
    </>
  );
}

function PickButton({ log, isPicking, onPick }: PageToolsProps) {
  return (
    <Tooltip label={isPicking ? "Click on something in the page" : "Pick an element"}>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Pick an element"
        aria-pressed={isPicking}
        disabled={!log.isConnected}
        className={cn("@max-md/work:hidden", isPicking && "bg-accent text-accent-foreground")}
        onClick={() => onPick(!isPicking)}
      >
        <SquareMousePointerIcon aria-hidden />
      </Button>
    </Tooltip>
  );
}
