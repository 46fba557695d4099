"use client";
import { ChevronsUpDownIcon } from "lucide-react";
import { lazyMenu } from "@/components/ui/lazy-menu";
import type { ViewerView } from "@/lib/protocol/views";
import { OrgMark } from "./org-mark";
import type { OrgMenuProps } from "./org-menu-content";

const Menu = lazyMenu<OrgMenuProps>(
  async () => (await import("./org-menu-content")).OrgMenuContent,
);

/** Which organisation this is; opens the person's others, a new one, and the settings. */
export function OrgSwitcher({ viewer }: { viewer: ViewerView }) {
  const { org, orgs } = viewer;
  return (
    <Menu
      org={org}
      orgs={orgs}
      renderTrigger={(triggers) => (
        <button
          type="button"
          aria-label={`Organisation: ${org.name}`}
          {...triggers}
          className="flex h-9 min-w-0 flex-1 touch-target items-center gap-2.5 rounded-md px-1.5 text-left text-sm font-semibold transition-colors hover:bg-hover"
        >
          <OrgMark name={org.name} />
          <span className="min-w-0 truncate">{org.name}</span>
          <ChevronsUpDownIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        </button>
      )}
    />
  );
}
