import { z } from "zod";
import { AuditEntryView, AuditFilter } from "@/lib/protocol/audit";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { readAudit } from "./read-audit";

const auditCursor = defineCursor(
  "audit",
  z.object({ at: z.string().max(50), id: z.string().max(50) }),
);

export const listAudit = defineVerb({
  name: "audit.list",
  summary: "Lists who did what to which thing in the organisation, newest first.",
  input: AuditFilter.extend(pageInput({ max: 200, usual: 50 })),
  output: z.object({ entries: z.array(AuditEntryView), nextCursor: NextCursor }),
  action: "org.read_audit",
  rest: { method: "GET", path: "/audit" },
  async run(ctx, { cursor, limit, ...filter }) {
    authorize(ctx, "org.read_audit", { kind: "org", orgId: ctx.orgId });
    const after = auditCursor.read(cursor);
    const rows = await readAudit(ctx, { filter, after, limit: limit + 1 });
    const { page, nextCursor } = cutPage(rows, limit, ({ place }) => auditCursor.write(place));
    return { entries: page.map(({ view }) => view), nextCursor };
  },
});
