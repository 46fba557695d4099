"use client";
import { DownloadIcon, FolderPlusIcon, FolderUpIcon, RotateCwIcon, UploadIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Tooltip } from "@/components/ui/tooltip";

type FilesToolbarProps = {
  canEdit: boolean;
  targetFolder: string;
  onUploadFiles: () => void;
  onUploadFolder: () => void;
  onNewFolder: () => void;
  onDownloadAll: () => void;
  onRefresh: () => void;
};

export function FilesToolbar(props: FilesToolbarProps) {
  const { canEdit, targetFolder } = props;
  return (
    <div
      role="toolbar"
      aria-label="Files"
      className="flex h-10 shrink-0 items-center gap-0.5 border-b px-1.5"
    >
      {canEdit ? (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button variant="ghost" size="sm">
              <UploadIcon aria-hidden /> Upload
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="start">
            <DropdownMenuLabel>To {targetFolder}/</DropdownMenuLabel>
            <DropdownMenuItem onSelect={props.onUploadFiles}>
              <UploadIcon aria-hidden /> Files
            </DropdownMenuItem>
            <DropdownMenuItem onSelect={props.onUploadFolder}>
              <FolderUpIcon aria-hidden /> A folder
            </DropdownMenuItem>
          </DropdownMenuContent>
        </DropdownMenu>
      ) : (
        <span className="px-1.5 text-[0.8125rem] text-muted-foreground">Read only</span>
      )}
      <span className="flex-1" />
      {canEdit && (
        <Tooltip label="New folder">
          <Button variant="ghost" size="icon" aria-label="New folder" onClick={props.onNewFolder}>
            <FolderPlusIcon aria-hidden />
          </Button>
        </Tooltip>
      )}
      <Tooltip label="Download everything as zip">
        <Button
          variant="ghost"
          size="icon"
          aria-label="Download everything as zip"
          onClick={props.onDownloadAll}
        >
          <DownloadIcon aria-hidden />
        </Button>
      </Tooltip>
      <Tooltip label="Refresh">
        <Button variant="ghost" size="icon" aria-label="Refresh" onClick={props.onRefresh}>
          <RotateCwIcon aria-hidden />
        </Button>
      </Tooltip>
    </div>
  );
}
