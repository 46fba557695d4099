import { z } from "zod";

/** Which entries of the audit log are asked for; everything is optional, and all that is given must fit. */
export const AuditFilter = z.strictObject({
  /** A person's id, or `system`. */
  actor: z.string().min(1).max(100).optional(),
  /** The name of an action, `workroom.rename`; or of all actions of a kind, `workroom`. */
  action: z
    .string()
    .max(100)
    .regex(/^[a-z_]+(\.[a-z_]+)?$/)
    .optional(),
  /** The id of what was changed, or of the workroom it is in. */
  object: z.string().min(1).max(100).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(), // not included
});
export type AuditFilter = z.infer<typeof AuditFilter>;

const Fields = z.record(z.string(), z.unknown());

export const AuditEntryView = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({
    kind: z.enum(["user", "system"]),
    id: z.string(),
    /** What the person was called then; null when that is not known. */
    name: z.string().nullable(),
  }),
  /** The key of the program that acted for the person. */
  apiKey: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  action: z.string(),
  /** `title` is what it was called then. */
  object: z.object({ id: z.string(), title: z.string().nullable() }).nullable(),
  workroomId: z.string().nullable(),
  /** It happened in a private room that the reader is not in: its name and the fields are left out. */
  isHidden: z.boolean(),
  detail: Fields,
  before: Fields.nullable(),
  after: Fields.nullable(),
});
export type AuditEntryView = z.infer<typeof AuditEntryView>;

/** Whether the log is as it was written: each entry is sealed with the hash of the one before. */
export const AuditVerification = z.object({
  state: z.enum(["unbroken", "broken"]),
  entryCount: z.number().int(), // entries whose seal was checked
  waitingCount: z.number().int(), // of the last seconds: not sealed yet
  /** The first place that doesn't fit. */
  break: z
    .object({
      number: z.number().int().nullable(),
      entryId: z.string(),
      at: z.string().nullable(),
      why: z.enum(["changed", "removed", "seal_removed", "not_sealed"]),
    })
    .nullable(),
});
export type AuditVerification = z.infer<typeof AuditVerification>;
