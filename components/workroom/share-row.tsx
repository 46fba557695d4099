"use client";
import { UsersIcon } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/lib/client/cn";
import { fieldClasses } from "@/components/ui/input";
import type { ShareView } from "@/lib/protocol/views";
import { EVERYONE } from "@/lib/protocol/view-names";

type Access = ShareView["access"];

type ShareRowProps = {
  person: { id: string; name: string; email: string };
  access: Access | null;
  /** "No access" is one of the choices, not the end of the row. */
  canBeNone?: boolean;
  isBusy: boolean;
  onChange: (access: Access | null) => void;
};

const NONE = "none";

/** One person, or everyone, and what they can do. */
export function ShareRow({ person, access, canBeNone = false, isBusy, onChange }: ShareRowProps) {
  return (
    <li className="flex min-h-12 items-center gap-3 px-0.5 py-1">
      {person.id === EVERYONE ? (
        <span
          aria-hidden
          className="flex size-7 shrink-0 items-center justify-center rounded-full bg-muted [&_svg]:size-4"
        >
          <UsersIcon />
        </span>
      ) : (
        <Avatar person={person} />
      )}
      <span className="flex min-w-0 flex-1 flex-col text-sm">
        <span className="truncate font-medium">{person.name}</span>
        {person.email && (
          <span className="truncate text-xs text-muted-foreground">{person.email}</span>
        )}
      </span>
      <select
        aria-label={`Access of ${person.name}`}
        value={access ?? NONE}
        disabled={isBusy}
        onChange={(event) =>
          onChange(event.target.value === NONE ? null : (event.target.value as Access))
        }
        className={cn(fieldClasses, "h-11 w-auto shrink-0 px-2 text-sm md:h-8")}
      >
        <option value="edit">Can edit</option>
        <option value="view">Can view</option>
        <option value={NONE}>{canBeNone ? "No access" : "Remove"}</option>
      </select>
    </li>
  );
}
