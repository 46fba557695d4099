import { inSystem } from "@/lib/db/client";
import { auditUnsealed } from "@/lib/db/schema";
import { sealAudit } from "@/lib/domain/audit/seal-audit";
import type { Ports } from "@/lib/domain/context";
import type { Log } from "@/lib/log";

/**
 * Seals what was written to the audit logs since the last time. The last hash goes into the web's log as well: whoever
 * keeps that elsewhere can tell when the end of an audit log was cut off together with its seals.
 */
export async function sealAuditLogs(ports: Ports, log: Log): Promise<void> {
  const waiting = await inSystem(ports.db, (tx) =>
    tx.selectDistinct({ orgId: auditUnsealed.orgId }).from(auditUnsealed),
  );
  for (const { orgId } of waiting) {
    let sealed = await sealAudit(ports, orgId);
    while (sealed?.hasMore) sealed = await sealAudit(ports, orgId);
    if (sealed) log.info({ orgId, ...sealed.last }, "audit log sealed");
  }
}
