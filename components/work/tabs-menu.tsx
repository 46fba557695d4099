"use client";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";
import { type WorkTab, workTabs } from "./work-tab-store";
import { workTabParts } from "./work-tab-parts";

export type TabsMenuProps = {
  shown: readonly WorkTab[];
  onShow: (tab: WorkTab, isShown: boolean) => void;
};

/** Which tabs of the work panel show. */
export function TabsMenu({ shown, onShow, trigger, defaultOpen }: LazyMenuProps<TabsMenuProps>) {
  return (
    <DropdownMenu defaultOpen={defaultOpen}>
      <DropdownMenuTrigger asChild>{trigger}</DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>Show tabs</DropdownMenuLabel>
        {workTabs.map((tab) => {
          const isShown = shown.includes(tab);
          return (
            <DropdownMenuCheckboxItem
              key={tab}
              checked={isShown}
              disabled={isShown && shown.length === 1}
              // Several are often put away in one go.
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(checked) => onShow(tab, checked)}
            >
              {workTabParts[tab].label}
            </DropdownMenuCheckboxItem>
          );
        })}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
