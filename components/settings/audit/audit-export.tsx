"use client";
import { DownloadIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { auditExportUrl } from "@/lib/client/queries/audit";
import type { AuditFilter } from "@/lib/protocol/audit";

const formats = [
  { format: "csv", label: "Table (CSV)" },
  { format: "jsonl", label: "JSON lines" },
] as const;

/** Downloads every entry that the filter fits. */
export function AuditExport({ orgId, filter }: { orgId: string; filter: AuditFilter }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <DownloadIcon aria-hidden /> Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {formats.map(({ format, label }) => (
          <DropdownMenuItem key={format} asChild>
            <a href={auditExportUrl(orgId, filter, format)} download>
              {label}
            </a>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
