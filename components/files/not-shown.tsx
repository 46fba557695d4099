"use client";
import { DownloadIcon, FileIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useFiles } from "./files-context";
import { saveDownload } from "./save-download";

/** For what can't be shown here: why, and how to get it all the same. */
export function NotShown({
  path,
  title,
  children,
}: {
  path: string;
  title: string;
  children: string;
}) {
  const { workspaceId } = useFiles();
  return (
    <EmptyState
      icon={<FileIcon aria-hidden />}
      title={title}
      action={
        <Button onClick={() => saveDownload(workspaceId, path)}>
          <DownloadIcon aria-hidden /> Download
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
