import { BotIcon } from "lucide-react";
import Link from "next/link";
import { StateDot } from "@/components/org/state-dot";
import { readRoomState } from "@/lib/client/room-state";
import type { AgentView } from "@/lib/protocol/workspace-views";

type EmployeeRowProps = { orgSlug: string; agent: AgentView };

export function EmployeeRow({ orgSlug, agent }: EmployeeRowProps) {
  const { computer } = agent;
  return (
    // Rows out of sight are not drawn: the list may be long.
    <li className="[contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <Link
        href={`/${orgSlug}/employees/${agent.id}`}
        prefetch={false}
        className="flex min-h-16 items-center gap-3 px-4 py-3 hover:bg-hover"
      >
        <span className="flex size-9 shrink-0 items-center justify-center rounded-full bg-muted text-muted-foreground">
          <BotIcon aria-hidden className="size-4" />
        </span>
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="truncate font-medium">{agent.name}</span>
          <span className="truncate text-[0.8125rem] text-muted-foreground">
            {agent.instructions || `Made by ${agent.createdBy.name}`}
          </span>
        </span>
        <span className="flex shrink-0 items-center gap-2 text-[0.8125rem] text-muted-foreground">
          {computer ? (
            <>
              <StateDot workroom={computer} />
              <span aria-hidden className="max-md:hidden">
                {readRoomState(computer).label}
              </span>
            </>
          ) : (
            "No workspace"
          )}
        </span>
      </Link>
    </li>
  );
}
