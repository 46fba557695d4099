"use client";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { AccountView } from "@/lib/protocol/account";
import { AccountSection } from "./account-section";
import { RenewCodesDialog } from "./renew-codes-dialog";
import { TurnOffDialog } from "./turn-off-dialog";
import { TurnOnDialog } from "./turn-on-dialog";

type OpenDialog = "on" | "off" | "renew" | null;

/** A code of the phone after the password. Sign-ins at a provider rely on that provider's own second step. */
export function SecondStepSection({ account }: { account: AccountView }) {
  const { isOn, recoveryCodesLeft } = account.totp;
  const [shown, setShown] = useState<OpenDialog>(null);
  const close = () => setShown(null);
  return (
    <AccountSection
      id="second-step"
      title="Two-step sign-in"
      help="After your password, a code from an app on your phone. Connected accounts use their own second step."
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-card px-4 py-3">
        <div className="min-w-0 flex-1 basis-48">
          <p className="flex items-center gap-2 font-medium">
            {isOn ? "On" : "Off"}
            {isOn && recoveryCodesLeft < 3 && <Badge variant="warning">Few codes left</Badge>}
          </p>
          {isOn && (
            <p className="text-[0.8125rem] text-muted-foreground">
              {recoveryCodesLeft} of 10 recovery codes left
            </p>
          )}
        </div>
        {isOn ? (
          <>
            <Button size="sm" onClick={() => setShown("renew")}>
              New recovery codes
            </Button>
            <Button size="sm" variant="ghost" onClick={() => setShown("off")}>
              Turn off
            </Button>
          </>
        ) : (
          <Button size="sm" onClick={() => setShown("on")}>
            Turn on
          </Button>
        )}
      </div>
      <TurnOnDialog account={account} isOpen={shown === "on"} onClose={close} />
      <TurnOffDialog isOpen={shown === "off"} onClose={close} />
      <RenewCodesDialog isOpen={shown === "renew"} onClose={close} />
    </AccountSection>
  );
}
