"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CopyButton } from "@/components/publish/copy-button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { putShare, removeShare, sharesQuery } from "@/lib/client/queries/shares";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { showToast } from "@/lib/client/toast";
import type { ShareView, WorkroomView } from "@/lib/protocol/views";
import { EVERYONE } from "@/lib/protocol/view-names";
import { PeoplePicker } from "./people-picker";
import { ShareRow } from "./share-row";
import { shareSentence } from "./share-words";

type ShareDialogProps = {
  workroom: WorkroomView;
  open: boolean;
  onOpenChange: (isOpen: boolean) => void;
};

/** Who can open a room: what is true now, and, for whoever decides about it, with whom to share it. */
export function ShareDialog({ workroom, open, onOpenChange }: ShareDialogProps) {
  const { data: viewer } = useQuery(viewerQuery());
  const canShare = workroom.access === "own" && workroom.openness === "private";
  const shares = useQuery({ ...sharesQuery(workroom.id), enabled: open && canShare });
  const orgName = viewer?.org.name ?? "your organisation";
  const known = canShare ? shares.data : undefined;
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={`Share “${workroom.title}”`}
        description={shareSentence(workroom, orgName, known)}
      >
        {canShare &&
          (shares.isError && !shares.data ? (
            <ErrorState
              title="Can’t say who it is shared with"
              message={errorText(shares.error)}
              onRetry={() => void shares.refetch()}
            />
          ) : shares.data ? (
            <ShareForm workroom={workroom} shares={shares.data} orgName={orgName} />
          ) : (
            <Skeleton className="h-28" />
          ))}
        <DialogFooter className="items-center md:justify-between">
          <p className="text-xs text-muted-foreground">
            The link opens only for those who can open the workroom.
          </p>
          <CopyButton text={`${window.location.origin}${window.location.pathname}`} />
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

type ShareFormProps = { workroom: WorkroomView; shares: readonly ShareView[]; orgName: string };

function ShareForm({ workroom, shares, orgName }: ShareFormProps) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ subject, access }: { subject: string; access: ShareView["access"] | null }) =>
      access === null ? removeShare(workroom.id, subject) : putShare(workroom.id, subject, access),
    onSuccess: (next) => client.setQueryData(sharesQuery(workroom.id).queryKey, next.shares),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  const set = (subject: string) => (access: ShareView["access"] | null) =>
    change.mutate({ subject, access });
  const everyone = shares.find(({ person }) => person === null);
  const people = shares.filter(({ person }) => person !== null);
  return (
    <div className="flex flex-col gap-3">
      <PeoplePicker
        excludedIds={[workroom.createdBy.id, ...people.map(({ subject }) => subject)]}
        isBusy={change.isPending}
        onPick={(userId) => change.mutate({ subject: userId, access: "edit" })}
      />
      <ul className="flex max-h-72 flex-col overflow-y-auto" aria-label="Who can open it">
        <ShareRow
          person={{ id: EVERYONE, name: `Everyone in ${orgName}`, email: "" }}
          access={everyone?.access ?? null}
          canBeNone
          isBusy={change.isPending}
          onChange={set(EVERYONE)}
        />
        {people.map(
          ({ subject, person, access }) =>
            person && (
              <ShareRow
                key={subject}
                person={person}
                access={access}
                isBusy={change.isPending}
                onChange={set(subject)}
              />
            ),
        )}
      </ul>
    </div>
  );
}
