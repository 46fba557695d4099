"use client";
import { EllipsisVerticalIcon, EyeOffIcon, PanelRightCloseIcon } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import {
  ContextMenu,
  ContextMenuContent,
  ContextMenuItem,
  ContextMenuTrigger,
} from "@/components/ui/context-menu";
import { lazyMenu } from "@/components/ui/lazy-menu";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { Tooltip } from "@/components/ui/tooltip";
import type { WorkroomView } from "@/lib/protocol/views";
import { hideWorkTab, useHiddenTabs } from "./hidden-tabs";
import type { TabsMenuProps } from "./tabs-menu";
import { WorkContext } from "./work-context";
import { workTabParts } from "./work-tab-parts";
import { openWorkTab, useWorkTab, type WorkTab, workTabs } from "./work-tab-store";

export type WorkPanelProps = {
  workroom: WorkroomView;
  /** Puts a text into the chat's composer and the cursor behind it. */
  onAskEmployee: (text: string) => void;
  /** Closes the panel; without it there is no close button (on a phone the page itself changes). */
  onClose?: () => void;
};

const TabsMenu = lazyMenu<TabsMenuProps>(async () => (await import("./tabs-menu")).TabsMenu);

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
  const { shown, showTab } = useShownTabs(workroomId, tab);
  return (
    <Tabs
      value={tab}
      onValueChange={(next) => openWorkTab(workroomId, next as WorkTab)}
      className="@container/work flex h-full min-h-0 flex-col bg-background"
      data-testid="work-panel"
    >
      <div className="flex h-11 shrink-0 items-center gap-1 border-b px-1.5 pointer-coarse:h-14">
        <TabsList aria-label="Work" className="min-w-0 flex-1 overflow-x-auto px-0.5 py-1">
          {shown.map((name) => (
            <WorkTabButton
              key={name}
              name={name}
              isActive={tab === name}
              onClose={onClose}
              onHide={shown.length > 1 ? () => showTab(name, false) : undefined}
            />
          ))}
        </TabsList>
        <TabsMenu
          shown={shown}
          onShow={showTab}
          renderTrigger={(triggers) => (
            <Button
              variant="ghost"
              size="icon"
              aria-label="Show tabs"
              title="Show tabs"
              {...triggers}
            >
              <EllipsisVerticalIcon aria-hidden />
            </Button>
          )}
        />
        {onClose && (
          <Tooltip label="Close the work panel">
            <Button variant="ghost" size="icon" aria-label="Close the work panel" onClick={onClose}>
              <PanelRightCloseIcon aria-hidden />
            </Button>
          </Tooltip>
        )}
      </div>
      {workTabs.map((name) => {
        const { Panel } = workTabParts[name];
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
  /** `undefined` for the only tab. */
  onHide: (() => void) | undefined;
};

function WorkTabButton({ name, isActive, onClose, onHide }: WorkTabButtonProps) {
  const { label, Icon } = workTabParts[name];
  // Radix changes the tab on mousedown, before the click that may close it: what was active then decides.
  const wasActiveAtPress = useRef(false);
  const tab = (
    <TabsTrigger
      value={name}
      // Radix puts the focus by script, and the browser then draws a ring as for a key press.
      className="data-pressed:outline-none @max-md/work:px-2 @max-lg/work:[&_svg]:hidden"
      onPointerDownCapture={(event) => {
        event.currentTarget.dataset["pressed"] = "";
        wasActiveAtPress.current = isActive && event.button === 0;
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
  return (
    <ContextMenu>
      <ContextMenuTrigger asChild>{tab}</ContextMenuTrigger>
      <ContextMenuContent>
        <ContextMenuItem disabled={!onHide} onSelect={onHide}>
          <EyeOffIcon aria-hidden /> Hide tab
        </ContextMenuItem>
      </ContextMenuContent>
    </ContextMenu>
  );
}

/** The tabs that were not put away, and what puts one away or brings it back. */
function useShownTabs(workroomId: string, tab: WorkTab) {
  const hidden = useHiddenTabs();
  // A tab that something has opened shows, whether it was put away or not.
  const shown = workTabs.filter((name) => name === tab || !hidden.has(name));
  const showTab = (name: WorkTab, isShown: boolean) => {
    hideWorkTab(name, !isShown);
    const next = shown.find((other) => other !== name);
    if (!isShown && name === tab && next) openWorkTab(workroomId, next);
  };
  return { shown, showTab };
}

/** Every tab that was open since the room was. */
function useSeenTabs(tab: WorkTab): ReadonlySet<WorkTab> {
  const [seen, setSeen] = useState<ReadonlySet<WorkTab>>(() => new Set([tab]));
  if (seen.has(tab)) return seen;
  const next = new Set(seen).add(tab);
  setSeen(next);
  return next;
}
