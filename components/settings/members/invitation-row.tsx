"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorText } from "@/lib/client/api";
import {
  invitationsQuery,
  resendInvitation,
  revokeInvitation,
  type SentInvitation,
} from "@/lib/client/queries/members";
import { roleWords } from "@/lib/client/role-words";
import { showToast } from "@/lib/client/toast";
import type { InvitationView } from "@/lib/protocol/views";

type InvitationRowProps = {
  invitation: InvitationView;
  isMailing: boolean;
  onSent: (sent: SentInvitation) => void;
};

/** One invitation that waits: for whom, as what, until when. */
export function InvitationRow({ invitation, isMailing, onSent }: InvitationRowProps) {
  const { id, email, role, invitedBy, createdAt, isExpired, mailedAt } = invitation;
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: invitationsQuery().queryKey });
  const onError = (error: unknown) => showToast(errorText(error), { tone: "error" });
  const renew = useMutation({
    mutationFn: () => resendInvitation(id),
    onError,
    onSuccess: async (sent) => {
      await refresh();
      onSent(sent);
    },
  });
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(id),
    onError,
    onSettled: refresh,
  });
  const isBusy = renew.isPending || revoke.isPending;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate">{email}</span>
          {isExpired && <Badge variant="warning">Too old</Badge>}
        </p>
        <p className="text-[0.8125rem] text-muted-foreground">
          {roleWords[role].label}, invited by {invitedBy.name} <RelativeTime at={createdAt} />
          {isMailing && (mailedAt ? ", e-mail sent" : ", e-mail on its way")}
        </p>
      </div>
      <Button
        size="sm"
        disabled={isBusy}
        aria-label={`New link for ${email}`}
        title="Makes a new link; the old one stops working"
        onClick={() => renew.mutate()}
      >
        New link
      </Button>
      <Button
        variant="ghost"
        size="sm"
        disabled={isBusy}
        aria-label={`Take back the invitation of ${email}`}
        onClick={() => revoke.mutate()}
      >
        Take back
      </Button>
    </li>
  );
}
