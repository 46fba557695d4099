"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useEffect, useState, type ReactNode } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorText } from "@/lib/client/api";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { ViewerView } from "@/lib/protocol/views";
import { DrawerContext } from "./drawer-context";
import { LiveProvider } from "./live-provider";
import { MembershipEnded } from "./membership-ended";
import { Sidebar } from "./sidebar";

const CommandMenu = dynamic(async () => (await import("./command-menu")).CommandMenu, {
  ssr: false,
});
const SidebarDrawer = dynamic(async () => (await import("./sidebar-drawer")).SidebarDrawer, {
  ssr: false,
});
const Toaster = dynamic(async () => (await import("@/components/ui/toaster")).Toaster, {
  ssr: false,
});

/** Everything around a page of the dashboard: sidebar, command menu, live socket. */
export function DashboardShell({ children }: { children: ReactNode }) {
  const viewer = useQuery(viewerQuery());
  if (viewer.error instanceof ApiError && viewer.error.code === "not_found")
    return <MembershipEnded orgName={viewer.data?.org.name} />;
  if (viewer.data)
    return (
      <LiveProvider>
        <Frame viewer={viewer.data}>{children}</Frame>
      </LiveProvider>
    );
  if (viewer.isError)
    return (
      <main className="h-dvh">
        <ErrorState
          title="Can't open your workrooms"
          isWholePage
          message={errorText(viewer.error)}
          onRetry={() => void viewer.refetch()}
        />
      </main>
    );
  return <ShellSkeleton />;
}

function useCommandKey(open: () => void) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [open]);
}

type Layer = "commands" | "drawer" | null;

function Frame({ viewer, children }: { viewer: ViewerView; children: ReactNode }) {
  const pathname = usePathname();
  // A layer belongs to the page it was opened on, so going elsewhere closes it.
  const [opened, setOpened] = useState<{ layer: Layer; pathname: string } | null>(null);
  const layer = opened?.pathname === pathname ? opened.layer : null;
  const [wanted, setWanted] = useState<ReadonlySet<Layer>>(new Set());
  const [show] = useState(() => (next: Layer) => {
    setWanted((before) => new Set(before).add(next));
    setOpened({ layer: next, pathname: window.location.pathname });
  });
  const [showCommands] = useState(() => () => show("commands"));
  const [showDrawer] = useState(() => () => show("drawer"));
  useCommandKey(showCommands);
  const close = () => setOpened(null);
  return (
    <DrawerContext value={showDrawer}>
      <div className="flex h-dvh">
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-popover px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          Skip to the page
        </a>
        <div className="hidden w-64 shrink-0 flex-col border-r bg-sidebar md:flex">
          <Sidebar viewer={viewer} onOpenCommands={showCommands} />
        </div>
        <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          {children}
        </main>
      </div>
      {wanted.has("drawer") && (
        <SidebarDrawer open={layer === "drawer"} onOpenChange={close}>
          <Sidebar viewer={viewer} onOpenCommands={showCommands} />
        </SidebarDrawer>
      )}
      {wanted.has("commands") && (
        <CommandMenu orgSlug={viewer.org.slug} open={layer === "commands"} onOpenChange={close} />
      )}
      <Toaster />
    </DrawerContext>
  );
}

function ShellSkeleton() {
  return (
    <div className="flex h-dvh" aria-busy="true">
      <div className="hidden w-64 shrink-0 flex-col gap-3 border-r bg-sidebar p-3 md:flex">
        <Skeleton className="h-9 w-2/3" />
        <Skeleton className="h-9" />
        <Skeleton className="h-8" />
      </div>
      <main className="flex flex-1 items-center justify-center">
        <p className="sr-only">Loading…</p>
      </main>
    </div>
  );
}
