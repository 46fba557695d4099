"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRoundIcon } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorText } from "@/lib/client/api";
import { revokeApiKey } from "@/lib/client/queries/api-keys";
import { showToast } from "@/lib/client/toast";
import { apiKeyScopeWords, type ApiKeyView } from "@/lib/protocol/api-keys";

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

type ApiKeyRowProps = { apiKey: ApiKeyView; showsPerson: boolean };

export function ApiKeyRow({ apiKey, showsPerson }: ApiKeyRowProps) {
  const { name, person, scopes, lastFour, createdAt, expiresAt, lastUsedAt, state } = apiKey;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <KeyRoundIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="break-words">{name}</span>
          {state === "expired" && <Badge variant="warning">Expired</Badge>}
          {scopes.map((scope) => (
            <Badge key={scope} title={apiKeyScopeWords[scope]}>
              {scope}
            </Badge>
          ))}
        </p>
        <p className="text-[0.8125rem] text-muted-foreground">
          {showsPerson && <>{person.name}, </>}
          <span className="font-mono">wrk_…{lastFour}</span>,{" "}
          {lastUsedAt ? (
            <>
              used <RelativeTime at={lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
        </p>
        <p className="text-[0.8125rem] text-muted-foreground">
          Made <RelativeTime at={createdAt} />,{" "}
          {expiresAt === null
            ? "never expires"
            : `${state === "expired" ? "expired" : "expires"} ${day.format(new Date(expiresAt))}`}
        </p>
      </div>
      <RevokeButton apiKey={apiKey} />
    </li>
  );
}

function RevokeButton({ apiKey }: { apiKey: ApiKeyView }) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: () => {
      setIsAsking(false);
      showToast(`Key "${apiKey.name}" was revoked`, { tone: "success" });
      return client.invalidateQueries({ queryKey: ["api-keys"] });
    },
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  return (
    <>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Revoke ${apiKey.name}`}
        onClick={() => setIsAsking(true)}
      >
        Revoke
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Revoke "${apiKey.name}"?`}
        confirmLabel="Revoke"
        isDanger
        isPending={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      >
        Programs that use this key are refused from now on. This can't be undone.
      </ConfirmDialog>
    </>
  );
}
