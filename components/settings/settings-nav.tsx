"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/lib/client/cn";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { settingsSections } from "./settings-sections";

/** In the row of a phone the current page may lie beside the screen. */
const show = (link: HTMLAnchorElement | null) =>
  link?.scrollIntoView({ block: "nearest", inline: "center" });

/** Leads from one page of the settings to another; on a phone it is one row that scrolls. */
export function SettingsNav({ orgSlug }: { orgSlug: string }) {
  const pathname = usePathname();
  const { data: viewer } = useQuery(viewerQuery());
  const isAdmin = viewer?.role === "owner" || viewer?.role === "admin";
  return (
    <nav
      aria-label="Settings"
      className="flex shrink-0 gap-4 overflow-x-auto border-b px-3 pb-2 md:w-52 md:flex-col md:overflow-y-auto md:border-r md:border-b-0 md:py-10"
    >
      {settingsSections.map(({ heading, sections }) => (
        <section key={heading} className="flex gap-1 md:flex-col">
          <h2 className="hidden px-2 pb-1 text-xs font-medium text-muted-foreground md:block">
            {heading}
          </h2>
          {sections
            .filter((section) => isAdmin || !section.isForAdmins)
            .map(({ path, label, Icon }) => {
              const href = `/${orgSlug}/settings/${path}`;
              const isCurrent = pathname === href;
              return (
                <Link
                  key={path}
                  ref={isCurrent ? show : undefined}
                  href={href}
                  aria-current={isCurrent ? "page" : undefined}
                  className={cn(
                    "flex h-9 touch-target shrink-0 items-center gap-2.5 rounded-md px-2 text-sm whitespace-nowrap text-muted-foreground hover:bg-hover",
                    isCurrent && "bg-hover font-medium text-foreground",
                  )}
                >
                  <Icon aria-hidden className="size-4" /> {label}
                </Link>
              );
            })}
        </section>
      ))}
    </nav>
  );
}
