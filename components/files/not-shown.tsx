"use client";
import { DownloadIcon, FileIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useWork } from "../work/work-context";
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
  const { workroom } = useWork();
  return (
    <EmptyState
      icon={<FileIcon aria-hidden />}
      title={title}
      action={
        <Button onClick={() => saveDownload(workroom.id, path)}>
          <DownloadIcon aria-hidden /> Download
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
