"use client";
import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { CopyButton } from "@/components/publish/copy-button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import {
  accountQuery,
  confirmTotp,
  startTotp,
  type TotpSecret,
} from "@/lib/client/queries/account";
import type { AccountView } from "@/lib/protocol/account";
import { CodeField } from "./code-field";
import { CurrentPasswordField } from "./current-password-field";
import { DialogForm } from "./dialog-form";
import { RecoveryCodes } from "./recovery-codes";

const LazyQrCode = dynamic(async () => (await import("@/components/publish/qr-code")).QrCode, {
  ssr: false,
  loading: () => <Skeleton className="size-40" />,
});

type TurnOnProps = { account: AccountView; onClose: () => void };

/** Password, then the picture for the phone and a first code, then the codes for emergencies. */
export function TurnOnDialog({ isOpen, ...props }: TurnOnProps & { isOpen: boolean }) {
  return (
    <Dialog open={isOpen} onOpenChange={(open) => !open && props.onClose()}>
      <DialogContent title="Turn on two-step sign-in">
        <TurnOnSteps {...props} />
      </DialogContent>
    </Dialog>
  );
}

function TurnOnSteps({ account, onClose }: TurnOnProps) {
  const client = useQueryClient();
  const [totp, setTotp] = useState<TotpSecret | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} onDone={onClose} />;
  if (totp)
    return (
      <DialogForm
        submitLabel="Turn on"
        onCancel={onClose}
        onSubmit={async (fields) => {
          const confirmed = await confirmTotp(String(fields.get("code")));
          setCodes(confirmed.recoveryCodes);
          void client.invalidateQueries({ queryKey: accountQuery().queryKey });
        }}
      >
        <SecretForPhone totp={totp} />
        <CodeField help="The six digits that the app shows now." />
      </DialogForm>
    );
  return (
    <DialogForm
      submitLabel="Next"
      onCancel={onClose}
      onSubmit={async (fields) =>
        setTotp(await startTotp(String(fields.get("currentPassword") ?? "")))
      }
    >
      <p className="text-sm text-muted-foreground">
        You need an authenticator app on your phone. It shows a new code every half minute.
      </p>
      {account.hasPassword && <CurrentPasswordField />}
    </DialogForm>
  );
}

const inGroups = (secret: string) => (secret.match(/.{1,4}/g) ?? []).join(" ");

function SecretForPhone({ totp: { secret, uri } }: { totp: TotpSecret }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">Scan this with your authenticator app, or type the key into it.</p>
      <LazyQrCode url={uri} label="QR code for an authenticator app" />
      <div className="flex flex-wrap items-center gap-2">
        <code aria-label="Key" className="font-mono text-sm break-words">
          {inGroups(secret)}
        </code>
        <CopyButton text={secret} label="Copy key" />
      </div>
    </div>
  );
}
