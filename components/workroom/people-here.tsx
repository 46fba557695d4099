"use client";
import { Avatar } from "@/components/ui/avatar";
import type { PresentPerson } from "@/lib/protocol/live";

const MOST_SHOWN = 3;

type PeopleHereProps = { people: readonly PresentPerson[]; viewerId: string };

/** The others who look at this room now. */
export function PeopleHere({ people, viewerId }: PeopleHereProps) {
  const others = people.filter(({ id }) => id !== viewerId);
  if (others.length === 0) return null;
  const hidden = others.slice(MOST_SHOWN);
  return (
    <ul aria-label="Also here" className="flex shrink-0 -space-x-1.5">
      {others.slice(0, MOST_SHOWN).map((person) => (
        <li key={person.id} className="rounded-full ring-2 ring-background">
          <Avatar person={person} title={`${person.name} is here`} />
        </li>
      ))}
      {hidden.length > 0 && (
        <li
          title={`${hidden.map(({ name }) => name).join(", ")} are here`}
          className="flex size-7 items-center justify-center rounded-full bg-muted text-[0.6875rem] font-semibold ring-2 ring-background"
        >
          +{hidden.length}
        </li>
      )}
    </ul>
  );
}
