import type { Metadata } from "next";
import { headers } from "next/headers";
import { InvitationScreen } from "@/components/auth/invitation-screen";
import { UnusableInvitation } from "@/components/auth/unusable-invitation";
import { clientAddressHeader } from "@/lib/auth/client-address";
import { describeInvitation } from "@/lib/domain/invitation/join-by-invitation";
import { AppError } from "@/lib/errors";
import { getPorts } from "@/lib/server/container";
import { findPageSession } from "@/lib/server/page-context";

// The link's secret must not travel to any other page.
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

type InvitePageProps = { params: Promise<{ secret: string }> };

/** Where the link of an invitation leads, signed in or not. */
export default async function InvitePage({ params }: InvitePageProps) {
  const { secret } = await params;
  const ip = (await headers()).get(clientAddressHeader) ?? "unknown";
  const ports = await getPorts();
  const found = await describeInvitation(ports, { secret, ip }).catch(asRefusal);
  if (found instanceof AppError) return <UnusableInvitation reason={found.message} />;
  const session = await findPageSession();
  return (
    <InvitationScreen
      secret={secret}
      offer={found}
      viewer={session?.user ?? null}
      providers={ports.settings.signInProviders}
    />
  );
}

function asRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}
