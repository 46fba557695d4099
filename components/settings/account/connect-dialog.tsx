"use client";
import { usePathname } from "next/navigation";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { startConnecting } from "@/lib/client/queries/account";
import { leaveForProvider } from "@/lib/client/sign-in";
import { ApiError } from "@/lib/client/api";
import type { AccountView, SignInProvider } from "@/lib/protocol/account";
import { CurrentPasswordField } from "./current-password-field";
import { DialogForm } from "./dialog-form";

type ConnectDialogProps = {
  account: AccountView;
  provider: SignInProvider | null;
  onClose: () => void;
};

/** The way to the provider starts with the password: what comes back will open this account from then on. */
export function ConnectDialog({ account, provider, onClose }: ConnectDialogProps) {
  const pathname = usePathname();
  const connect = async (fields: FormData) => {
    if (!provider) return;
    const password = String(fields.get("currentPassword") ?? "");
    const { ticket } = await startConnecting(provider.id, password);
    const target = { intent: `connect.${ticket}`, callbackUrl: pathname };
    const refusal = await leaveForProvider(provider.id, target);
    if (refusal !== null) throw new ApiError("unavailable", 503, refusal);
  };
  return (
    <Dialog open={provider !== null} onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={`Connect ${provider?.label ?? ""}`}
        description="You go there to log in and come back here. From then on it opens this account."
      >
        <DialogForm submitLabel="Go there" onCancel={onClose} onSubmit={connect}>
          {account.hasPassword && <CurrentPasswordField />}
        </DialogForm>
      </DialogContent>
    </Dialog>
  );
}
