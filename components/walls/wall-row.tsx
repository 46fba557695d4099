"use client";
import { ChevronRightIcon, CircleHelpIcon, ShieldAlertIcon, ShieldCheckIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { WallProbe } from "@/lib/protocol/engine";

const outcomes = {
  held: { label: "Held", variant: "success", Icon: ShieldCheckIcon },
  open: { label: "Open", variant: "danger", Icon: ShieldAlertIcon },
  unknown: { label: "Unknown", variant: "warning", Icon: CircleHelpIcon },
} as const;

/** One probe: what was tried, how it went, and what the room answered, folded. */
export function WallRow({ probe }: { probe: WallProbe }) {
  const { label, variant, Icon } = outcomes[probe.outcome];
  return (
    <li>
      <details className="group/wall">
        <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-3 py-2 text-sm hover:bg-hover focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
          <ChevronRightIcon
            aria-hidden
            className="size-3.5 shrink-0 text-muted-foreground transition-transform group-open/wall:rotate-90"
          />
          <span className="min-w-0 flex-1">{probe.title}</span>
          <Badge variant={variant}>
            <Icon aria-hidden />
            {label}
          </Badge>
        </summary>
        <p className="px-3 pb-3 pl-8 font-mono text-xs break-words whitespace-pre-wrap text-muted-foreground">
          {probe.detail || "No more is known."}
        </p>
      </details>
    </li>
  );
}
