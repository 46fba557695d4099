"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import {
  PushError,
  type PushState,
  readPushState,
  turnPushOff,
  turnPushOn,
} from "@/lib/client/push";
import { SettingsPage } from "../settings-page";

const pushKey = ["push-state"] as const;

const sentences: Record<PushState["state"], string> = {
  unsupported:
    "This browser can’t take messages while its pages are closed. Use a current Chrome, Edge, Firefox or Safari.",
  denied:
    "This browser was told never to show messages of this site. Allow them in its site settings, then reload this page.",
  off: "This browser is silent while no page of Workroom is open.",
  on: "This browser tells you also while no page of Workroom is open.",
};

function BrowserMessages() {
  const client = useQueryClient();
  const push = useQuery({ queryKey: pushKey, queryFn: readPushState, staleTime: 0 });
  const change = useMutation({
    mutationFn: async () => {
      if (push.data?.state === "on") await turnPushOff(push.data.subscriptionId);
      else await turnPushOn();
    },
    onSettled: () => client.invalidateQueries({ queryKey: pushKey }),
  });
  if (push.isError && !push.data)
    return (
      <ErrorState
        title="Can’t tell what this browser does"
        message={errorText(push.error)}
        onRetry={() => void push.refetch()}
      />
    );
  if (!push.data) return <Skeleton className="h-24 rounded-lg" />;
  const { state } = push.data;
  const isChangeable = state === "on" || state === "off";
  return (
    <div className="flex flex-col gap-3 rounded-lg border bg-card px-4 py-3 sm:flex-row sm:items-center">
      <div className="flex-1">
        <p className="font-medium">Messages of this browser</p>
        <p className="text-muted-foreground">{sentences[state]}</p>
        {change.isError && (
          <p role="alert" className="pt-1 text-danger">
            {change.error instanceof PushError ? change.error.message : errorText(change.error)}
          </p>
        )}
      </div>
      {isChangeable && (
        <Button
          variant={state === "on" ? "secondary" : "primary"}
          disabled={change.isPending}
          onClick={() => change.mutate()}
        >
          {change.isPending && <Spinner />}
          {state === "on" ? "Turn off" : "Turn on"}
        </Button>
      )}
    </div>
  );
}

/** Settings: how a person learns what happens in their rooms while they are elsewhere. */
export function NotificationSettings() {
  return (
    <SettingsPage
      title="Notifications"
      intro="You are told when work you asked for, or in a room you made, is done, has failed or needs you. Not while you are in that room."
    >
      <section aria-labelledby="browser" className="flex flex-col gap-2">
        <h2 id="browser" className="font-semibold">
          While the page is closed
        </h2>
        <BrowserMessages />
      </section>
      <section aria-labelledby="mute" className="flex flex-col gap-2">
        <h2 id="mute" className="font-semibold">
          Mute a room
        </h2>
        <p className="text-muted-foreground">
          A room that you mute tells you nothing. Choose “Mute” in the menu of its row in the
          sidebar; it stays in the lists.
        </p>
      </section>
    </SettingsPage>
  );
}
