"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { accountQuery } from "@/lib/client/queries/account";
import { SettingsPage } from "../settings-page";
import { ConnectionsSection } from "./connections-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SecondStepSection } from "./second-step-section";
import { SessionsSection } from "./sessions-section";

/** Settings: who you are, how you sign in, and where you are signed in. */
export function AccountSettings({ refusal }: { refusal: string | null }) {
  return (
    <SettingsPage title="Account" intro="Who you are, and how you get in. Only you see this page.">
      <AccountSections refusal={refusal} />
    </SettingsPage>
  );
}

function AccountSections({ refusal }: { refusal: string | null }) {
  const account = useQuery(accountQuery());
  if (account.isError && !account.data)
    return (
      <ErrorState
        title="Can't load your account"
        message={errorText(account.error)}
        onRetry={() => void account.refetch()}
      />
    );
  if (!account.data)
    return (
      <div className="flex flex-col gap-8" aria-busy="true">
        {["a", "b", "c"].map((key) => (
          <Skeleton key={key} className="h-32 rounded-lg" />
        ))}
      </div>
    );
  return (
    <>
      <ProfileSection account={account.data} />
      <PasswordSection account={account.data} />
      <SecondStepSection account={account.data} />
      <ConnectionsSection account={account.data} refusal={refusal} />
      <SessionsSection />
    </>
  );
}
