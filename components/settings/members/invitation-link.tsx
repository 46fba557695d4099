"use client";
import { CopyButton } from "@/components/publish/copy-button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { SentInvitation } from "@/lib/client/queries/members";

type InvitationLinkProps = { sent: SentInvitation; isMailing: boolean };

/** The link of an invitation, which is known only right after it was made. */
export function InvitationLink({ sent, isMailing }: InvitationLinkProps) {
  const { invitation, url } = sent;
  const help = isMailing
    ? "It is on its way by e-mail as well. It works once, for this address, for seven days, and is shown only now."
    : "Send it to them. It works once, for this address, for seven days, and is shown only now.";
  return (
    <output className="block rounded-lg border bg-card px-4 py-3">
      <Field label={`Link for ${invitation.email}`} help={help}>
        {(control) => (
          <div className="flex items-center gap-2">
            <Input
              {...control}
              readOnly
              value={url}
              className="font-mono text-[0.8125rem]"
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton text={url} />
          </div>
        )}
      </Field>
    </output>
  );
}
