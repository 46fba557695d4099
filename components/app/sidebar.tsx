"use client";
import { BotIcon, PlusIcon, SearchIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { OrgSwitcher } from "@/components/org/org-switcher";
import { NotificationBell } from "@/components/notifications/notification-bell";
import { SidebarRooms } from "@/components/org/sidebar-rooms";
import { UserMenu } from "@/components/org/user-menu";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/client/cn";
import type { ViewerView } from "@/lib/protocol/views";

type SidebarProps = { viewer: ViewerView; onOpenCommands: () => void };

export function Sidebar({ viewer, onOpenCommands }: SidebarProps) {
  const { org } = viewer;
  return (
    <nav aria-label="Workrooms" className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1 px-3 pt-3 pb-2">
        <OrgSwitcher viewer={viewer} />
        <Button
          variant="ghost"
          size="icon"
          aria-label="Search rooms and actions"
          title="Search rooms and actions (Ctrl K)"
          onClick={onOpenCommands}
        >
          <SearchIcon aria-hidden />
        </Button>
      </div>
      {viewer.role !== "viewer" && (
        <div className="px-3 pb-3">
          <Button asChild className="w-full justify-start bg-background">
            <Link href={`/${org.slug}`}>
              <PlusIcon aria-hidden /> New workroom
            </Link>
          </Button>
        </div>
      )}
      <SidebarRooms viewer={viewer} />
      <div className="mt-auto px-2 py-1">
        <EmployeesLink orgSlug={org.slug} />
      </div>
      <div className="flex items-center gap-1 border-t p-2">
        <div className="min-w-0 flex-1">
          <UserMenu viewer={viewer} />
        </div>
        <NotificationBell orgSlug={org.slug} />
      </div>
    </nav>
  );
}

function EmployeesLink({ orgSlug }: { orgSlug: string }) {
  const href = `/${orgSlug}/employees`;
  const pathname = usePathname();
  const isCurrent = pathname === href || pathname.startsWith(`${href}/`);
  return (
    <Link
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      className={cn(
        "flex h-9 touch-target items-center gap-2.5 rounded-md px-2.5 text-sm text-muted-foreground hover:bg-hover",
        isCurrent && "bg-hover font-medium text-foreground",
      )}
    >
      <BotIcon aria-hidden className="size-4" /> Employees
    </Link>
  );
}
