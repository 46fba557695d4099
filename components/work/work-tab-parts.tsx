"use client";
import {
  AppWindowIcon,
  CodeIcon,
  FileDiffIcon,
  FolderIcon,
  MonitorPlayIcon,
  SquareTerminalIcon,
} from "lucide-react";
import dynamic from "next/dynamic";
import type { ComponentType } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { WorkTab } from "./work-tab-store";

export type WorkTabProps = { isVisible: boolean };

function TabSkeleton() {
  return (
    <div className="flex h-full flex-col gap-2 p-4">
      <Skeleton className="h-8 w-full" />
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-5 w-1/2" />
    </div>
  );
}

const lazy = (load: () => Promise<ComponentType<WorkTabProps>>) =>
  dynamic(load, { ssr: false, loading: TabSkeleton });

type WorkTabParts = {
  label: string;
  Icon: ComponentType<{ "aria-hidden": true }>;
  Panel: ComponentType<WorkTabProps>;
};

/** Name, sign and content of each tab; the content is fetched when it is opened. */
export const workTabParts: Record<WorkTab, WorkTabParts> = {
  preview: {
    label: "Preview",
    Icon: MonitorPlayIcon,
    Panel: lazy(async () => (await import("../preview/preview-panel")).PreviewPanel),
  },
  files: {
    label: "Files",
    Icon: FolderIcon,
    Panel: lazy(async () => (await import("../files/room-files")).RoomFiles),
  },
  changes: {
    label: "Changes",
    Icon: FileDiffIcon,
    Panel: lazy(async () => (await import("../changes/changes-panel")).ChangesPanel),
  },
  terminal: {
    label: "Terminal",
    Icon: SquareTerminalIcon,
    Panel: lazy(async () => (await import("../terminal/terminal-panel")).TerminalPanel),
  },
  run: {
    label: "Run",
    Icon: CodeIcon,
    Panel: lazy(async () => (await import("../run/room-run")).RoomRun),
  },
  app: {
    label: "App",
    Icon: AppWindowIcon,
    Panel: lazy(async () => (await import("../publish/app-panel")).AppPanel),
  },
};
