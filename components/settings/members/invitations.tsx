"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { invitationsQuery, type SentInvitation } from "@/lib/client/queries/members";
import type { MemberRole } from "@/lib/protocol/view-names";
import { InvitationLink } from "./invitation-link";
import { InvitationRow } from "./invitation-row";
import { InviteForm } from "./invite-form";

/** Inviting people, the link of the invitation just made, and those that wait to be accepted. */
export function Invitations({ ownRole }: { ownRole: MemberRole }) {
  const invitations = useQuery(invitationsQuery());
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const isMailing = invitations.data?.isMailing ?? false;
  const pending = invitations.data?.invitations ?? [];
  // A link whose invitation was taken back or accepted meanwhile is of no use.
  const isLive = sent !== null && pending.some(({ id }) => id === sent.invitation.id);
  return (
    <>
      <section aria-labelledby="invite" className="flex flex-col gap-4">
        <h2 id="invite" className="font-semibold">
          Invite somebody
        </h2>
        <InviteForm ownRole={ownRole} onSent={setSent} />
        {isLive && <InvitationLink sent={sent} isMailing={isMailing} />}
      </section>
      {pending.length > 0 && (
        <section aria-labelledby="invited" className="flex flex-col gap-2">
          <h2 id="invited" className="font-semibold">
            Invited
          </h2>
          <ul className="divide-y rounded-lg border bg-card">
            {pending.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                invitation={invitation}
                isMailing={isMailing}
                onSent={setSent}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
