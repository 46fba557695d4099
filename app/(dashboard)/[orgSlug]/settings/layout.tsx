import type { ReactNode } from "react";
import { MenuButton } from "@/components/app/menu-button";
import { SettingsNav } from "@/components/settings/settings-nav";

type SettingsLayoutProps = { children: ReactNode; params: Promise<{ orgSlug: string }> };

export default async function SettingsLayout({ children, params }: SettingsLayoutProps) {
  const { orgSlug } = await params;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-12 shrink-0 items-center px-3 md:hidden">
        <MenuButton />
      </header>
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <SettingsNav orgSlug={orgSlug} />
        <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      </div>
    </div>
  );
}
