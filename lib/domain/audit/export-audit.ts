import { inOrg } from "@/lib/db/client";
import type { AuditEntryView, AuditFilter } from "@/lib/protocol/audit";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { writeAudit } from "../write-audit";
import { type AuditPlace, readAudit } from "./read-audit";

const BATCH = 1_000;
export const auditFormats = ["csv", "jsonl"] as const;
export type AuditFormat = (typeof auditFormats)[number];

/**
 * Every entry that the filter fits as the lines of a file, newest first, a page of the database at a time: half a million
 * need no more memory than a thousand. That somebody took the log away is an entry of its own.
 *
 * @throws AppError `forbidden`
 */
export async function exportAudit(
  ctx: Context,
  filter: AuditFilter,
  format: AuditFormat,
): Promise<AsyncIterable<string>> {
  authorize(ctx, "org.read_audit", { kind: "org", orgId: ctx.orgId });
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    writeAudit(tx, ctx, "audit.export", ctx.orgId, { ...filter, format }),
  );
  return readLines(ctx, filter, format);
}

async function* readLines(
  ctx: Context,
  filter: AuditFilter,
  format: AuditFormat,
): AsyncGenerator<string> {
  // A spreadsheet takes a file for UTF-8 when it starts with this mark.
  if (format === "csv") yield `\uFEFF${csvLine(csvColumns)}`;
  let after: AuditPlace | null = null;
  do {
    const rows = await readAudit(ctx, { filter, after, limit: BATCH });
    const write = format === "csv" ? csvOf : jsonOf;
    yield rows.map(({ view }) => write(view)).join("");
    after = rows.length === BATCH ? (rows.at(-1)?.place ?? null) : null;
  } while (after !== null);
}

const jsonOf = (view: AuditEntryView) => `${JSON.stringify(view)}\n`;

const csvColumns = [
  "time",
  "person",
  "person id",
  "API key",
  "action",
  "object",
  "object id",
  "workroom id",
  "before",
  "after",
  "detail",
] as const;

const csvOf = (view: AuditEntryView): string =>
  csvLine([
    view.at,
    view.actor.kind === "system" ? "Workroom" : (view.actor.name ?? ""),
    view.actor.id,
    view.apiKey?.name ?? view.apiKey?.id ?? "",
    view.action,
    view.object?.title ?? "",
    view.object?.id ?? "",
    view.workroomId ?? "",
    fieldsText(view.before),
    fieldsText(view.after),
    fieldsText(view.detail),
  ]);

const fieldsText = (fields: Record<string, unknown> | null): string =>
  fields === null || Object.keys(fields).length === 0 ? "" : JSON.stringify(fields);

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/** RFC 4180; a spreadsheet would run a cell that starts like a formula, so that one gets an apostrophe. */
function csvCell(text: string): string {
  const plain = /^\s*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
