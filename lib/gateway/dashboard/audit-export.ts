import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { requireCaller } from "@/lib/auth/find-caller";
import { auditFormats, exportAudit } from "@/lib/domain/audit/export-audit";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { AuditFilter } from "@/lib/protocol/audit";
import type { GatewayParts } from "../gateway-options";
import { attachment } from "./attachment";

const Query = AuditFilter.extend({
  /** A link can carry no header, so it names the organisation here. */
  org: z.string().max(100).optional(),
  format: z.enum(auditFormats).default("csv"),
});
const contentTypes = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl" } as const;

/** `GET /api/v1/audit/export?format=csv|jsonl&…`: the whole log, or what a filter leaves of it, as one download. */
export async function sendAuditExport(
  request: IncomingMessage,
  response: ServerResponse,
  { ports, watch }: GatewayParts,
): Promise<void> {
  if (request.method !== "GET")
    throw new AppError("invalid_input", "The audit log is asked for with GET.");
  const url = new URL(request.url ?? "/", ports.settings.appUrl);
  const { org, format, ...filter } = Query.parse(Object.fromEntries(url.searchParams));
  const { cookie = "", authorization } = request.headers;
  const headers = new Headers({ cookie, ...(authorization && { authorization }) });
  const { actor, orgId } = await requireCaller(ports, { headers }, org ? { orgId: org } : {});
  const ctx = { ...ports, actor, orgId, requestId: newId("request") };
  const lines = await exportAudit(ctx, filter, format);
  watch.addResponse(response, { actor, orgId });
  const day = ports.now().toISOString().slice(0, 10);
  response.writeHead(200, {
    "content-type": contentTypes[format],
    "content-disposition": attachment(`audit-log-${day}.${format}`),
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private, no-store",
  });
  await pipeline(Readable.from(lines), response);
}
