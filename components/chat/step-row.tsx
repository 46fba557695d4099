"use client";
import {
  BrainIcon,
  ChevronRightIcon,
  CircleStopIcon,
  FileTextIcon,
  GlobeIcon,
  PencilIcon,
  SearchIcon,
  TerminalIcon,
  Trash2Icon,
  WrenchIcon,
  XIcon,
  type LucideIcon,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useId, useState } from "react";
import { Spinner } from "@/components/ui/spinner";
import { cn } from "@/lib/client/cn";
import type { Step } from "@/lib/client/chat/chat-state";
import { formatDuration } from "@/lib/client/format";
import { StepOutput } from "./step-output";

const StepDiff = dynamic(async () => (await import("./step-diff")).StepDiff, { ssr: false });

const icons: Readonly<Record<string, LucideIcon>> = {
  read: FileTextIcon,
  edit: PencilIcon,
  delete: Trash2Icon,
  move: PencilIcon,
  search: SearchIcon,
  execute: TerminalIcon,
  think: BrainIcon,
  fetch: GlobeIcon,
};

function StepIcon({ step, isRunning }: { step: Step; isRunning: boolean }) {
  if (isRunning) return <Spinner className="text-primary" />;
  if (step.status === "failed") return <XIcon aria-hidden className="size-4 text-danger" />;
  const Icon = icons[step.toolKind] ?? WrenchIcon;
  return <Icon aria-hidden className="size-4 text-muted-foreground" />;
}

const timeOf = ({ startedAt, endedAt }: Step) =>
  endedAt ? new Date(endedAt).getTime() - new Date(startedAt).getTime() : 0;

/** Shorter steps end before anyone could wonder how long they took. */
const WORTH_TELLING_MS = 1_000;

type StepRowProps = {
  step: Step;
  isTurnRunning: boolean;
  /** The person stopped the turn in this step: no failure. */
  wasStopped: boolean;
  onOpenChanges: () => void;
};

/** Whether a step's details show: edits and running commands at once, others when asked for. */
function useDetails(step: Step, isRunning: boolean) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const hasOutput = step.command !== null || step.output !== "";
  const hasDiffs = step.diffs.length > 0;
  const hasDetails = hasOutput || hasDiffs;
  const isOpen = hasDetails && (chosen ?? (hasDiffs || isRunning));
  const toggle = () => setChosen(!isOpen);
  // Beside a diff that opened by itself, what the tool said about it is noise.
  return { hasDetails, isOpen, toggle, showsOutput: hasOutput && (chosen !== null || !hasDiffs) };
}

/** One step in plain words; what exactly happened is one click away. */
export function StepRow({ step: found, isTurnRunning, wasStopped, onOpenChanges }: StepRowProps) {
  const step: Step = wasStopped ? { ...found, status: "completed" } : found;
  const isRunning = isTurnRunning && step.endedAt === null;
  const { hasDetails, isOpen, toggle, showsOutput } = useDetails(step, isRunning);
  const detailsId = useId();
  return (
    <li className="flex flex-col gap-1.5">
      <button
        type="button"
        disabled={!hasDetails}
        aria-expanded={hasDetails ? isOpen : undefined}
        aria-controls={isOpen ? detailsId : undefined}
        onClick={toggle}
        className="-mx-2 flex min-h-8 touch-target items-center gap-2.5 rounded-md px-2 py-1 text-left transition-colors enabled:hover:bg-hover"
      >
        <span className="shrink-0">
          {wasStopped ? (
            <CircleStopIcon aria-hidden className="size-4 text-muted-foreground" />
          ) : (
            <StepIcon step={step} isRunning={isRunning} />
          )}
        </span>
        <StepTitle step={step} />
        {hasDetails && (
          <ChevronRightIcon
            aria-hidden
            className={cn(
              "size-4 shrink-0 text-muted-foreground transition-transform",
              isOpen && "rotate-90",
            )}
          />
        )}
      </button>
      {isOpen && (
        <div id={detailsId} className="flex flex-col gap-2 pb-1 pl-6.5">
          {step.diffs.map((diff) => (
            <StepDiff key={diff.path} diff={diff} onOpenChanges={onOpenChanges} />
          ))}
          {showsOutput && <StepOutput step={step} isRunning={isRunning} />}
        </div>
      )}
    </li>
  );
}

function StepTitle({ step }: { step: Step }) {
  const took = timeOf(step);
  const hasFailed = step.status === "failed";
  return (
    <>
      <span className={cn("min-w-0 flex-1 break-words", hasFailed && "text-danger")}>
        {step.title || "Step"}
        {hasFailed && <span className="sr-only"> (failed)</span>}
      </span>
      {took >= WORTH_TELLING_MS && (
        <span className="shrink-0 text-xs text-muted-foreground tabular-nums">
          {formatDuration(took)}
        </span>
      )}
    </>
  );
}
