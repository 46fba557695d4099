import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { AuditEntryView, AuditFilter, AuditVerification } from "@/lib/protocol/audit";

type AuditPage = { entries: AuditEntryView[]; nextCursor: string | null };

export const auditPagesQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      api<AuditPage>("/audit", { signal, query: { ...filter, cursor: pageParam } }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Reads the whole log, so it is asked once a visit and may take a while. */
export const auditVerificationQuery = () =>
  queryOptions({
    queryKey: ["audit-verification"] as const,
    queryFn: ({ signal }) =>
      api<AuditVerification>("/audit/verification", { signal, timeoutMs: 120_000 }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where all entries of a filter are downloaded from. */
export function auditExportUrl(
  orgId: string,
  filter: AuditFilter,
  format: "csv" | "jsonl",
): string {
  const query = new URLSearchParams({ org: orgId, format });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  return `/api/v1/audit/export?${query}`;
}
