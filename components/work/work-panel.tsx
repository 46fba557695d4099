"use client";
import {
  AppWindowIcon,
  FileDiffIcon,
  FolderIcon,
  MonitorPlayIcon,
  PanelRightCloseIcon,
  SquareTerminalIcon,
} from "lucide-react";
import dynamic from "next/dynamic";
import { type ComponentType, useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { Tooltip } from "@/components/ui/tooltip";
import type { WorkroomView } from "@/lib/protocol/views";
import { WorkContext } from "./work-context";
import { openWorkTab, useWorkTab, type WorkTab, workTabs } from "./work-tab-store";

export type WorkPanelProps = {
  workroom: WorkroomView;
  /** Puts a text into the chat's composer and the cursor behind it. */
  onAskEmployee: (text: string) => void;
  /** Closes the panel; without it there is no close button (on a phone the page itself changes). */
  onClose?: () => void;
};

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

const tabs: Record<
  WorkTab,
  {
    label: string;
    Icon: ComponentType<{ "aria-hidden": true }>;
    Panel: ComponentType<WorkTabProps>;
  }
> = {
  preview: {
    label: "Preview",
    Icon: MonitorPlayIcon,
    Panel: lazy(async () => (await import("../preview/preview-panel")).PreviewPanel),
  },
  files: {
    label: "Files",
    Icon: FolderIcon,
    Panel: lazy(async () => (await import("../files/files-panel")).FilesPanel),
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
  app: {
    label: "App",
    Icon: AppWindowIcon,
    Panel: lazy(async () => (await import("../publish/app-panel")).AppPanel),
  },
};

/** The right-hand side of a workroom: what was built, and everything to look at it with. */
export function WorkPanel({ workroom, onAskEmployee, onClose }: WorkPanelProps) {
  const { tab } = useWorkTab();
  const work = useMemo(() => ({ workroom, askEmployee: onAskEmployee }), [workroom, onAskEmployee]);
  return (
    <WorkContext value={work}>
      {/* Another room starts with fresh tabs: nothing of one room may show in the next. */}
      <WorkTabs key={workroom.id} workroomId={workroom.id} tab={tab} onClose={onClose} />
    </WorkContext>
  );
}

type WorkTabsProps = { workroomId: string; tab: WorkTab; onClose: (() => void) | undefined };

function WorkTabs({ workroomId, tab, onClose }: WorkTabsProps) {
  const seen = useSeenTabs(tab);
  return (
    <Tabs
      value={tab}
      onValueChange={(next) => openWorkTab(workroomId, next as WorkTab)}
      className="@container/work flex h-full min-h-0 flex-col bg-background"
      data-testid="work-panel"
    >
      <div className="flex h-11 shrink-0 items-center gap-1 border-b px-1.5 pointer-coarse:h-14">
        <TabsList aria-label="Work" className="min-w-0 flex-1 overflow-x-auto px-0.5 py-1">
          {workTabs.map((name) => (
            <WorkTabButton key={name} name={name} isActive={tab === name} onClose={onClose} />
          ))}
        </TabsList>
        {onClose && (
          <Tooltip label="Close the work panel">
            <Button variant="ghost" size="icon" aria-label="Close the work panel" onClick={onClose}>
              <PanelRightCloseIcon aria-hidden />
            </Button>
          </Tooltip>
        )}
      </div>
      {workTabs.map((name) => {
        const { Panel } = tabs[name];
        return (
          // A tab that was open once stays: an unsaved text, a preview's state and a shell's screen survive a look aside.
          <TabsContent
            key={name}
            value={name}
            forceMount={true}
            className="relative min-h-0 flex-1 overflow-hidden data-[state=inactive]:hidden"
          >
            {seen.has(name) && <Panel isVisible={tab === name} />}
          </TabsContent>
        );
      })}
    </Tabs>
  );
}

type WorkTabButtonProps = {
  name: WorkTab;
  isActive: boolean;
  onClose: (() => void) | undefined;
};

function WorkTabButton({ name, isActive, onClose }: WorkTabButtonProps) {
  const { label, Icon } = tabs[name];
  // Radix changes the tab on mousedown, before the click that may close it: what was active then decides.
  const wasActiveAtPress = useRef(false);
  return (
    <TabsTrigger
      value={name}
      // Radix puts the focus by script, and the browser then draws a ring as for a key press.
      className="data-pressed:outline-none @max-md/work:px-2 @max-lg/work:[&_svg]:hidden"
      onPointerDownCapture={(event) => {
        event.currentTarget.dataset["pressed"] = "";
        wasActiveAtPress.current = isActive;
      }}
      onKeyDown={(event) => delete event.currentTarget.dataset["pressed"]}
      onBlur={(event) => delete event.currentTarget.dataset["pressed"]}
      onClick={() => {
        if (wasActiveAtPress.current) onClose?.();
        wasActiveAtPress.current = false;
      }}
    >
      <Icon aria-hidden />
      {label}
    </TabsTrigger>
  );
}

/** Every tab that was open since the room was. */
function useSeenTabs(tab: WorkTab): ReadonlySet<WorkTab> {
  const [seen, setSeen] = useState<ReadonlySet<WorkTab>>(() => new Set([tab]));
  if (seen.has(tab)) return seen;
  const next = new Set(seen).add(tab);
  setSeen(next);
  return next;
}
