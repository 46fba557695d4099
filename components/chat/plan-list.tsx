import { CircleCheckIcon, CircleDotIcon, CircleIcon } from "lucide-react";
import { cn } from "@/lib/client/cn";
import type { PlanEntry } from "@/lib/client/chat/chat-state";

const icons = {
  completed: <CircleCheckIcon aria-hidden className="text-success" />,
  in_progress: <CircleDotIcon aria-hidden className="text-primary" />,
  pending: <CircleIcon aria-hidden className="text-muted-foreground" />,
};
const words = { completed: "done", in_progress: "now", pending: "to do" };

/** What the employee means to do, ticked as it goes. */
export function PlanList({ plan }: { plan: readonly PlanEntry[] }) {
  const done = plan.filter(({ status }) => status === "completed").length;
  return (
    // A landmark each would be too many in a long chat, and a fieldset is for forms.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="group" aria-label="Plan" className="rounded-lg border bg-card px-3 py-2.5">
      <p className="mb-1.5 flex justify-between text-xs font-medium text-muted-foreground">
        Plan
        <span className="tabular-nums">
          {done} of {plan.length}
        </span>
      </p>
      <ol className="flex flex-col gap-1">
        {plan.map((entry, index) => (
          // An entry has no name of its own: its place in the list is what it is.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="flex gap-2 [&_svg]:mt-0.75 [&_svg]:size-4 [&_svg]:shrink-0">
            {icons[entry.status]}
            <span className={cn(entry.status === "completed" && "text-muted-foreground")}>
              {entry.content}
              <span className="sr-only"> ({words[entry.status]})</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
