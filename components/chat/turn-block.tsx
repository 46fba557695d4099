"use client";
import { BotIcon, InfoIcon, TriangleAlertIcon } from "lucide-react";
import { memo, type ReactNode } from "react";
import { cn } from "@/lib/client/cn";
import { useActingAs } from "@/lib/client/room-access";
import type { NoticeLevel, Step, Turn, TurnPart } from "@/lib/client/chat/chat-state";
import { PlanList } from "./plan-list";
import { StepRow } from "./step-row";
import { Thought } from "./thought";
import { TurnFooter } from "./turn-footer";
import { TurnText } from "./turn-text";

type OtherPart = Exclude<TurnPart, Step>;
type PartGroup = { kind: "steps"; id: string; steps: Step[] } | OtherPart;

/** Steps that follow each other are one list. */
function groupParts(parts: readonly TurnPart[]): PartGroup[] {
  const groups: PartGroup[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if (part.kind !== "step") groups.push(part);
    else if (last?.kind === "steps") last.steps.push(part);
    else groups.push({ kind: "steps", id: `steps ${part.id}`, steps: [part] });
  }
  return groups;
}

const noticeClasses: Record<NoticeLevel, string> = {
  info: "text-muted-foreground",
  warning: "text-warning",
  error: "text-danger",
};

export function NoticeLine({ level, text }: { level: NoticeLevel; text: string }) {
  const Icon = level === "info" ? InfoIcon : TriangleAlertIcon;
  return (
    <p className={cn("flex gap-2 text-[0.8125rem]", noticeClasses[level])}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="break-words whitespace-pre-wrap">{text}</span>
    </p>
  );
}

/** Whose turn it is, for everybody else in the room. */
function ActingAs() {
  const person = useActingAs();
  return person && <span className="font-normal">acting as {person.name}</span>;
}

type TurnBlockProps = {
  turn: Turn;
  onOpenChanges: () => void;
  onWriteAgain: (messageId: string) => void;
};

/** Everything an employee did about one message. */
export const TurnBlock = memo(function TurnBlock(props: TurnBlockProps) {
  const { turn, onOpenChanges, onWriteAgain } = props;
  const { view, plan, parts } = turn;
  const isRunning = view === null || view.state === "running";
  const groups = groupParts(parts);
  const stoppedStep =
    view?.state === "cancelled" ? parts.findLast((part) => part.kind === "step") : undefined;

  const draw = (group: PartGroup, isLast: boolean): ReactNode => {
    if (group.kind === "text") return <TurnText key={group.id} text={group.text} />;
    if (group.kind === "notice")
      return <NoticeLine key={group.id} level={group.level} text={group.text} />;
    if (group.kind === "thought")
      return <Thought key={group.id} text={group.text} isRunning={isRunning && isLast} />;
    return (
      <ul key={group.id} aria-label="Steps" className="flex flex-col gap-0.5">
        {group.steps.map((step) => (
          <StepRow
            key={step.id}
            step={step}
            isTurnRunning={isRunning}
            wasStopped={step === stoppedStep}
            onOpenChanges={onOpenChanges}
          />
        ))}
      </ul>
    );
  };

  return (
    <article aria-label={view?.employee.label ?? "Employee"} className="flex flex-col gap-2.5">
      <header className="flex items-center gap-2 text-[0.8125rem] font-medium text-muted-foreground">
        <span className="flex size-6 items-center justify-center rounded-full bg-muted">
          <BotIcon aria-hidden className="size-3.5" />
        </span>
        {view?.employee.label ?? "Employee"}
        {isRunning && <ActingAs />}
      </header>
      {plan.length > 0 && <PlanList plan={plan} />}
      {groups.map((group, index) => draw(group, index === groups.length - 1))}
      {view && (
        <TurnFooter
          view={view}
          onOpenChanges={onOpenChanges}
          onWriteAgain={() => onWriteAgain(view.messageId)}
        />
      )}
    </article>
  );
});
