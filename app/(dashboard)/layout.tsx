import type { ReactNode } from "react";
import { AppProviders } from "@/components/app/app-providers";
import { DashboardShell } from "@/components/app/dashboard-shell";

export default function DashboardLayout({ children }: { children: ReactNode }) {
  return (
    <AppProviders>
      <DashboardShell>{children}</DashboardShell>
    </AppProviders>
  );
}
