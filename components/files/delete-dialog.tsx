"use client";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { FileNode } from "@/lib/protocol/files";

type DeleteDialogProps = {
  node: FileNode | null;
  isPending: boolean;
  onClose: () => void;
  onDelete: (node: FileNode) => void;
};

/** Asks first: what a person deletes here is in no turn, so no undo brings it back. */
export function DeleteDialog({ node, isPending, onClose, onDelete }: DeleteDialogProps) {
  if (!node) return null;
  const isFolder = node.type === "directory";
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete “${node.name}”?`}
      confirmLabel="Delete"
      isDanger
      isPending={isPending}
      onConfirm={() => onDelete(node)}
    >
      {isFolder
        ? "The folder goes with everything in it. This can’t be undone."
        : "This can’t be undone."}
    </ConfirmDialog>
  );
}
