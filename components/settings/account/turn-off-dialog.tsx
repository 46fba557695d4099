"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { accountQuery, turnOffTotp } from "@/lib/client/queries/account";
import { showToast } from "@/lib/client/toast";
import { CodeField } from "./code-field";
import { DialogForm } from "./dialog-form";

export function TurnOffDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <Dialog open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Turn off two-step sign-in?"
        description="Your password alone will be enough to log in. Your recovery codes stop working."
      >
        <DialogForm
          submitLabel="Turn off"
          isDanger
          onCancel={onClose}
          onSubmit={async (fields) => {
            await turnOffTotp(String(fields.get("code")));
            await client.invalidateQueries({ queryKey: accountQuery().queryKey, exact: true });
            showToast("Two-step sign-in is off.");
            onClose();
          }}
        >
          <CodeField help="The six digits of your app, or a recovery code." />
        </DialogForm>
      </DialogContent>
    </Dialog>
  );
}
