"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Input } from "@/components/ui/input";
import { matchesFilter } from "@/lib/client/matches-filter";
import { membersQuery } from "@/lib/client/queries/members";
import type { MemberView } from "@/lib/protocol/views";

const MOST_SHOWN = 6;

type PeoplePickerProps = {
  excludedIds: readonly string[];
  isBusy: boolean;
  onPick: (userId: string) => void;
};

/** Members by a part of their name or address; Enter takes the first. */
export function PeoplePicker({ excludedIds, isBusy, onPick }: PeoplePickerProps) {
  const members = useQuery(membersQuery());
  const [text, setText] = useState("");
  const wanted = text.trim();
  const found = wanted === "" ? [] : findPeople(members.data ?? [], wanted, excludedIds);
  const pick = (userId: string | undefined) => {
    if (userId === undefined || isBusy) return;
    onPick(userId);
    setText("");
  };
  return (
    <div className="flex flex-col gap-1">
      <Input
        type="search"
        aria-label="Share with"
        placeholder="Share with… a name or e-mail address"
        value={text}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") pick(found[0]?.userId);
        }}
      />
      {found.length > 0 && (
        <ul aria-label="Members" className="rounded-md border p-1">
          {found.map((member) => (
            <li key={member.userId}>
              <PersonButton member={member} onPick={() => pick(member.userId)} />
            </li>
          ))}
        </ul>
      )}
      <output className="px-1 text-sm text-muted-foreground empty:hidden">
        {wanted !== "" &&
          members.data &&
          found.length === 0 &&
          "Nobody else in the organisation has this name."}
      </output>
    </div>
  );
}

const findPeople = (members: readonly MemberView[], text: string, excluded: readonly string[]) =>
  members
    .filter(
      ({ userId, name, email }) =>
        !excluded.includes(userId) && matchesFilter(`${name} ${email}`, text),
    )
    .slice(0, MOST_SHOWN);

function PersonButton({ member, onPick }: { member: MemberView; onPick: () => void }) {
  return (
    <button
      type="button"
      onClick={onPick}
      className="flex min-h-11 w-full items-center gap-2.5 rounded-sm px-2 text-left text-sm hover:bg-hover"
    >
      <Avatar person={{ id: member.userId, name: member.name }} />
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{member.name}</span>
        <span className="truncate text-xs text-muted-foreground">{member.email}</span>
      </span>
    </button>
  );
}
