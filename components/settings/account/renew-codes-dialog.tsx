"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { accountQuery, renewRecoveryCodes } from "@/lib/client/queries/account";
import { CodeField } from "./code-field";
import { DialogForm } from "./dialog-form";
import { RecoveryCodes } from "./recovery-codes";

type RenewCodesProps = { isOpen: boolean; onClose: () => void };

export function RenewCodesDialog({ isOpen, onClose }: RenewCodesProps) {
  return (
    <Dialog open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <DialogContent title="New recovery codes">
        <RenewSteps onClose={onClose} />
      </DialogContent>
    </Dialog>
  );
}

function RenewSteps({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} onDone={onClose} />;
  return (
    <DialogForm
      submitLabel="Make new codes"
      onCancel={onClose}
      onSubmit={async (fields) => {
        setCodes((await renewRecoveryCodes(String(fields.get("code")))).recoveryCodes);
        void client.invalidateQueries({ queryKey: accountQuery().queryKey, exact: true });
      }}
    >
      <p className="text-sm text-muted-foreground">The codes you have now stop working.</p>
      <CodeField help="The six digits of your app, or a recovery code." />
    </DialogForm>
  );
}
