"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { AuditFilter } from "@/lib/protocol/audit";
import { SettingsPage } from "../settings-page";
import { AuditExport } from "./audit-export";
import { AuditFilters } from "./audit-filters";
import { AuditList } from "./audit-list";
import { AuditVerification } from "./audit-verification";

type AuditSettingsProps = { orgSlug: string; orgId: string };

/** Settings: who did what to which thing. */
export function AuditSettings({ orgSlug, orgId }: AuditSettingsProps) {
  const { data: viewer } = useQuery(viewerQuery());
  const [filter, setFilter] = useState<AuditFilter>({});
  const mayRead = viewer?.role === "owner" || viewer?.role === "admin";
  return (
    <SettingsPage
      title="Audit log"
      intro="Who did what, and when. Messages, files and secrets are never in it."
    >
      {viewer && !mayRead && (
        <EmptyState title="For owners and admins">
          Ask one of them if you need to know what happened here.
        </EmptyState>
      )}
      {mayRead && (
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <AuditVerification />
            <AuditExport orgId={orgId} filter={filter} />
          </div>
          <AuditFilters filter={filter} onChange={setFilter} />
          <AuditList orgSlug={orgSlug} filter={filter} />
        </div>
      )}
    </SettingsPage>
  );
}
