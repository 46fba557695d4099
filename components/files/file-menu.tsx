"use client";
import {
  AtSignIcon,
  CopyIcon,
  DownloadIcon,
  EllipsisIcon,
  FolderInputIcon,
  FolderPlusIcon,
  HistoryIcon,
  MonitorPlayIcon,
  PencilIcon,
  Trash2Icon,
  UploadIcon,
} from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { cn } from "@/lib/client/cn";
import type { FileNode } from "@/lib/protocol/files";
import { isHtmlPath } from "../preview/preview-source";
import { useFiles } from "./files-context";
import { isInUploads } from "./tree-model";

export type FileAction =
  | "rename"
  | "move"
  | "delete"
  | "download"
  | "preview"
  | "mention"
  | "newFolder"
  | "upload"
  | "duplicate"
  | "history";

type FileMenuProps = {
  node: FileNode;
  canEdit: boolean;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onAction: (action: FileAction) => void;
  /** Where the focus goes when the menu closes: back to the tree. */
  onReturnFocus: () => void;
};

export function FileMenu(props: FileMenuProps) {
  const { node, canEdit, isOpen, onOpenChange, onAction, onReturnFocus } = props;
  return (
    <DropdownMenu open={isOpen} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenuTrigger
        tabIndex={-1}
        aria-label={`Actions for ${node.name}`}
        onClick={(event) => event.stopPropagation()}
        className={cn(
          "flex size-6 shrink-0 items-center justify-center rounded-md text-muted-foreground hover:text-foreground",
          "opacity-0 group-hover/row:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100 not-group-hover/row:w-0 pointer-coarse:!w-8 data-[state=open]:!w-6",
        )}
      >
        <EllipsisIcon aria-hidden className="size-4" />
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="end"
        onClick={(event) => event.stopPropagation()}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          onReturnFocus();
        }}
      >
        {node.type === "directory" ? (
          <FolderItems node={node} canEdit={canEdit} onAction={onAction} />
        ) : (
          <FileItems node={node} canEdit={canEdit} onAction={onAction} />
        )}
        {canEdit && <ChangeItems onAction={onAction} />}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

type ItemsProps = Pick<FileMenuProps, "node" | "canEdit" | "onAction">;

function ChangeItems({ onAction }: Pick<ItemsProps, "onAction">) {
  return (
    <>
      <DropdownMenuSeparator />
      <DropdownMenuItem onSelect={() => onAction("rename")}>
        <PencilIcon aria-hidden /> Rename
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => onAction("duplicate")}>
        <CopyIcon aria-hidden /> Make a copy
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => onAction("move")}>
        <FolderInputIcon aria-hidden /> Move
      </DropdownMenuItem>
      <DropdownMenuItem isDanger onSelect={() => onAction("delete")}>
        <Trash2Icon aria-hidden /> Delete
      </DropdownMenuItem>
    </>
  );
}

function FolderItems({ node, canEdit, onAction }: ItemsProps) {
  const { askEmployee } = useFiles();
  const archive = (
    <DropdownMenuItem onSelect={() => onAction("download")}>
      <DownloadIcon aria-hidden /> Download as zip
    </DropdownMenuItem>
  );
  if (!canEdit) return archive;
  return (
    <>
      {askEmployee && <MentionItem onAction={onAction} />}
      {isInUploads(node.path) && (
        <DropdownMenuItem onSelect={() => onAction("upload")}>
          <UploadIcon aria-hidden /> Upload here
        </DropdownMenuItem>
      )}
      <DropdownMenuItem onSelect={() => onAction("newFolder")}>
        <FolderPlusIcon aria-hidden /> New folder here
      </DropdownMenuItem>
      {archive}
    </>
  );
}

function FileItems({ node, canEdit, onAction }: ItemsProps) {
  const { askEmployee, openPreview } = useFiles();
  return (
    <>
      {isHtmlPath(node.path) && openPreview && (
        <DropdownMenuItem onSelect={() => onAction("preview")}>
          <MonitorPlayIcon aria-hidden /> Show in the preview
        </DropdownMenuItem>
      )}
      {canEdit && askEmployee && <MentionItem onAction={onAction} />}
      <DropdownMenuItem onSelect={() => onAction("download")}>
        <DownloadIcon aria-hidden /> Download
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => onAction("history")}>
        <HistoryIcon aria-hidden /> History
      </DropdownMenuItem>
    </>
  );
}

const MentionItem = ({ onAction }: Pick<FileMenuProps, "onAction">) => (
  <DropdownMenuItem onSelect={() => onAction("mention")}>
    <AtSignIcon aria-hidden /> Mention in the chat
  </DropdownMenuItem>
);
