"use client";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { roleWords } from "@/lib/client/role-words";
import type { SignInProvider } from "@/lib/protocol/account";
import type { MemberRole } from "@/lib/protocol/view-names";
import { AcceptInvitation } from "./accept-invitation";
import { AuthCard } from "./auth-card";
import { JoinForm } from "./join-form";
import { ProviderButtons } from "./provider-buttons";
import { SignOutButton } from "./sign-out-button";

type InvitationScreenProps = {
  secret: string;
  offer: { orgName: string; role: MemberRole; inviterName: string; email: string };
  viewer: { email: string } | null;
  providers: readonly SignInProvider[];
};

/** What an invitation offers, and the one way in that fits who looks at it. */
export function InvitationScreen({ secret, offer, viewer, providers }: InvitationScreenProps) {
  const { orgName, role, inviterName, email } = offer;
  return (
    <AuthCard
      title={`Join ${orgName}`}
      lead={`${inviterName} invites ${email} as ${roleWords[role].asOne}. ${roleWords[role].help}`}
    >
      {viewer === null ? (
        <Newcomer secret={secret} email={email} providers={providers} />
      ) : viewer.email === email ? (
        <AcceptInvitation secret={secret} orgName={orgName} />
      ) : (
        <WrongAddress>
          You are signed in as <strong className="font-medium">{viewer.email}</strong>, but this
          invitation is for <strong className="font-medium">{email}</strong>. Sign out, then open
          the link again.
        </WrongAddress>
      )}
    </AuthCard>
  );
}

function WrongAddress({ children }: { children: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="rounded-md bg-warning-muted px-3 py-2 text-sm text-warning">{children}</p>
      <SignOutButton />
    </div>
  );
}

/** Both ways are offered to everybody: whether an address has an account is nobody's business. */
function Newcomer({
  secret,
  email,
  providers,
}: Pick<InvitationScreenProps, "secret" | "providers"> & { email: string }) {
  const login = `/login?${new URLSearchParams({ callbackUrl: `/invite/${secret}` })}`;
  return (
    <>
      <JoinForm secret={secret} email={email} />
      <ProviderButtons providers={providers} intent={`invitation.${secret}`} />
      <p className="text-sm text-muted-foreground">
        Have an account already?{" "}
        <Button asChild variant="link" size="sm" className="px-0">
          <a href={login}>Log in to join</a>
        </Button>
      </p>
    </>
  );
}
