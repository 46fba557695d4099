"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorIcon, SmartphoneIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { endOtherSessions, endSession, sessionsQuery } from "@/lib/client/queries/account";
import { showToast } from "@/lib/client/toast";
import type { SessionView } from "@/lib/protocol/account";
import { AccountSection } from "./account-section";

/** Where you are signed in; each of the others can be ended from here. */
export function SessionsSection() {
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery());
  const refresh = {
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery().queryKey }),
    onError: (error: unknown) => showToast(errorText(error), { tone: "error" }),
  };
  const end = useMutation({ mutationFn: endSession, ...refresh });
  const endOthers = useMutation({ mutationFn: endOtherSessions, ...refresh });
  if (sessions.isError && !sessions.data)
    return (
      <ErrorState
        title="Can't load where you are logged in"
        message={errorText(sessions.error)}
        onRetry={() => void sessions.refetch()}
      />
    );
  const isBusy = end.isPending || endOthers.isPending;
  return (
    <AccountSection
      id="sessions"
      title="Where you are logged in"
      help="A browser that is logged out here closes within a second, with its terminals and previews."
    >
      {sessions.data ? (
        <ul aria-label="Sessions" className="divide-y rounded-lg border bg-card">
          {sessions.data.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isBusy={isBusy}
              onEnd={() => end.mutate(session.id)}
            />
          ))}
        </ul>
      ) : (
        <Skeleton className="h-24 rounded-lg" />
      )}
      {(sessions.data?.length ?? 0) > 1 && (
        <Button className="self-start" disabled={isBusy} onClick={() => endOthers.mutate()}>
          Log out everywhere else
        </Button>
      )}
    </AccountSection>
  );
}

type SessionRowProps = { session: SessionView; isBusy: boolean; onEnd: () => void };

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  const { device, address, method, createdAt, lastSeenAt, isCurrent } = session;
  const Icon = /iPhone|iPad|Android/.test(device) ? SmartphoneIcon : MonitorIcon;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          <span className="truncate">{device}</span>
          {isCurrent && <Badge variant="accent">This browser</Badge>}
        </p>
        <p className="text-[0.8125rem] break-words text-muted-foreground">
          {address && `${address}, `}used <RelativeTime at={lastSeenAt} />
        </p>
        <p className="text-[0.8125rem] text-muted-foreground">
          Logged in <RelativeTime at={createdAt} /> by {method === "Password" ? "password" : method}
        </p>
      </div>
      {!isCurrent && (
        <Button
          size="sm"
          variant="ghost"
          disabled={isBusy}
          aria-label={`Log out ${device}`}
          onClick={onEnd}
        >
          Log out
        </Button>
      )}
    </li>
  );
}
