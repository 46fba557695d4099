"use client";
import { LockIcon, UsersIcon } from "lucide-react";
import type { WorkroomView } from "@/lib/protocol/views";

type Openness = WorkroomView["openness"];

type OpennessChoiceProps = {
  value: Openness;
  orgName: string;
  isFixed: boolean;
  onChange: (openness: Openness) => void;
};

/** Who can open the new room. It can be shared with people later; this much is fixed when it is made. */
export function OpennessChoice({ value, orgName, isFixed, onChange }: OpennessChoiceProps) {
  const Icon = value === "open" ? UsersIcon : LockIcon;
  return (
    <label
      title={isFixed ? "This is fixed once something is in the workroom." : undefined}
      className="flex h-8 touch-target items-center gap-1.5 self-start rounded-md px-1.5 text-[0.8125rem] text-muted-foreground has-focus-visible:outline-2 has-focus-visible:outline-ring"
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span>Who can open it</span>
      <select
        value={value}
        disabled={isFixed}
        onChange={(event) => onChange(event.target.value as Openness)}
        className="field-sizing-content h-full max-w-56 truncate bg-transparent font-medium text-foreground outline-none disabled:opacity-60"
      >
        <option value="private">Only me</option>
        <option value="open">Everyone in {orgName}</option>
      </select>
    </label>
  );
}
