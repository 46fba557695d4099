"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { membersQuery } from "@/lib/client/queries/members";
import type { MemberView, ViewerView } from "@/lib/protocol/views";
import { MemberRow } from "./member-row";

/** With fewer members the eye is faster than a filter. */
const FILTER_FROM = 10;
/** More rows than this help nobody; the filter finds the others. */
const MAX_ROWS = 100;

const matches = ({ name, email }: MemberView, words: string) =>
  `${name} ${email}`.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase());

export function MemberList({ viewer }: { viewer: ViewerView }) {
  const members = useQuery(membersQuery());
  const [filter, setFilter] = useState("");
  if (members.isError && !members.data)
    return (
      <ErrorState
        title="Can't load the members"
        message={errorText(members.error)}
        onRetry={() => void members.refetch()}
      />
    );
  if (!members.data) return <Skeleton className="h-40 rounded-lg" />;
  const found = members.data.filter((member) => matches(member, filter));
  const shown = found.slice(0, MAX_ROWS);
  return (
    <section aria-labelledby="members" className="flex flex-col gap-2">
      <h2 id="members" className="font-semibold">
        Members <span className="font-normal text-muted-foreground">{members.data.length}</span>
      </h2>
      {members.data.length >= FILTER_FROM && (
        <Input
          type="search"
          aria-label="Filter members"
          placeholder="Filter by name or address"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {shown.length === 0 ? (
        <p className="text-muted-foreground">Nobody matches. Try another word.</p>
      ) : (
        <ul className="divide-y rounded-lg border bg-card">
          {shown.map((member) => (
            <MemberRow
              key={member.userId}
              member={member}
              viewer={viewer}
              others={members.data.filter(({ userId }) => userId !== member.userId)}
            />
          ))}
        </ul>
      )}
      {found.length > MAX_ROWS && (
        <p className="text-sm text-muted-foreground">
          {found.length - MAX_ROWS} more. Filter to find somebody.
        </p>
      )}
    </section>
  );
}
