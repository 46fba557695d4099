"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorText } from "@/lib/client/api";
import { accountQuery, disconnectAccount } from "@/lib/client/queries/account";
import { showToast } from "@/lib/client/toast";
import type { AccountView, ConnectionView, SignInProvider } from "@/lib/protocol/account";
import { AccountSection } from "./account-section";
import { ConnectDialog } from "./connect-dialog";

type ConnectionsProps = { account: AccountView; refusal: string | null };

/** Accounts elsewhere that sign in here. Nothing is shown where no provider is set up. */
export function ConnectionsSection({ account, refusal }: ConnectionsProps) {
  const [connecting, setConnecting] = useState<SignInProvider | null>(null);
  const { connections, providers } = account;
  if (connections.length === 0 && providers.length === 0) return null;
  const free = providers.filter(({ id }) => !connections.some(({ provider }) => provider === id));
  return (
    <AccountSection
      id="connections"
      title="Connected accounts"
      help="Log in with an account that you have elsewhere."
    >
      {refusal && <FormError>{refusal}</FormError>}
      <ul className="divide-y rounded-lg border bg-card">
        {connections.map((connection) => (
          <ConnectionRow key={connection.provider + connection.subject} connection={connection} />
        ))}
        {free.map((provider) => (
          <li key={provider.id} className="flex items-center gap-4 px-4 py-3">
            <p className="min-w-0 flex-1 truncate font-medium">{provider.label}</p>
            <Button
              size="sm"
              aria-label={`Connect ${provider.label}`}
              onClick={() => setConnecting(provider)}
            >
              Connect
            </Button>
          </li>
        ))}
      </ul>
      <ConnectDialog account={account} provider={connecting} onClose={() => setConnecting(null)} />
    </AccountSection>
  );
}

function ConnectionRow({ connection }: { connection: ConnectionView }) {
  const { provider, subject, label, email, connectedAt } = connection;
  const client = useQueryClient();
  const drop = useMutation({
    mutationFn: () => disconnectAccount(provider, subject),
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery().queryKey, exact: true }),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">{label}</p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">
          {email && `${email}, `}connected <RelativeTime at={connectedAt} />
        </p>
      </div>
      <Button
        size="sm"
        variant="ghost"
        disabled={drop.isPending}
        aria-label={`Disconnect ${label}`}
        onClick={() => drop.mutate()}
      >
        Disconnect
      </Button>
    </li>
  );
}
