"use client";
import { ChevronsUpDownIcon } from "lucide-react";
import { lazyMenu } from "@/components/ui/lazy-menu";
import type { ViewerView } from "@/lib/protocol/views";
import type { UserMenuProps } from "./user-menu-content";

const Menu = lazyMenu<UserMenuProps>(
  async () => (await import("./user-menu-content")).UserMenuContent,
);

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toLocaleUpperCase("en"))
    .join("");

/** Who is signed in; opens settings, theme and sign out. */
export function UserMenu({ viewer }: { viewer: ViewerView }) {
  const { name, email } = viewer.user;
  return (
    <Menu
      orgSlug={viewer.org.slug}
      email={email}
      renderTrigger={(triggers) => (
        <button
          type="button"
          {...triggers}
          className="flex h-11 w-full items-center gap-2.5 rounded-md px-2 text-left text-sm transition-colors hover:bg-hover"
        >
          <span
            aria-hidden
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent text-xs font-medium text-accent-foreground"
          >
            {initialsOf(name)}
          </span>
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <ChevronsUpDownIcon aria-hidden className="size-4 text-muted-foreground" />
        </button>
      )}
    />
  );
}
