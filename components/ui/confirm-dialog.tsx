"use client";
import { AlertDialog as AlertPrimitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { Spinner } from "./spinner";

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** What the button does, as a verb: "Delete". */
  confirmLabel: string;
  isDanger?: boolean;
  isPending?: boolean;
  onConfirm: () => void;
};

/** For the few things that can't be undone: says what will happen and asks once. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, confirmLabel, onConfirm } = props;
  const { isDanger = false, isPending = false } = props;
  return (
    <AlertPrimitive.Root open={open} onOpenChange={onOpenChange}>
      <AlertPrimitive.Portal>
        <AlertPrimitive.Overlay className="fixed inset-0 z-50 bg-black/50" />
        <AlertPrimitive.Content className="fixed inset-x-4 top-1/2 z-50 mx-auto flex max-w-md -translate-y-1/2 flex-col gap-3 rounded-xl border bg-popover p-5 shadow-xl">
          <AlertPrimitive.Title className="text-lg font-semibold break-words">
            {title}
          </AlertPrimitive.Title>
          <AlertPrimitive.Description asChild>
            <div className="text-sm text-muted-foreground">{children}</div>
          </AlertPrimitive.Description>
          <div className="mt-2 flex justify-end gap-2">
            <AlertPrimitive.Cancel asChild>
              <Button>Cancel</Button>
            </AlertPrimitive.Cancel>
            <Button
              variant={isDanger ? "danger" : "primary"}
              disabled={isPending}
              onClick={onConfirm}
            >
              {isPending && <Spinner />}
              {confirmLabel}
            </Button>
          </div>
        </AlertPrimitive.Content>
      </AlertPrimitive.Portal>
    </AlertPrimitive.Root>
  );
}
