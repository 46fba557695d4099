const MAX_VALUE_LENGTH = 300;
const MAX_ITEMS = 20;
const HIDDEN = "[not recorded]";

/**
 * The fields that an audit entry may show with their values. What is not named here is only said to have been there:
 * a new field of a verb never carries a secret, or what a person wrote, into the log by being forgotten.
 */
const shownFields: ReadonlySet<string> = new Set([
  "access",
  "address",
  "audience",
  "baseUrl",
  "bucket",
  "channel",
  "chatId",
  "device",
  "detectedId",
  "email",
  "endpoint",
  "expiresAt",
  "format",
  "action",
  "actor",
  "object",
  "from",
  "isDefault",
  "isDraft",
  "isMuted",
  "isPersonal",
  "isPinned",
  "isRead",
  "label",
  "lastFour",
  "maxFileBytes",
  "maxFiles",
  "maxTotalBytes",
  "method",
  "modelId",
  "monthlyCapMicroUsd",
  "mutedAt",
  "name",
  "number",
  "objectId",
  "openness",
  "orgName",
  "passedWorkrooms",
  "path",
  "pinnedAt",
  "pluginId",
  "port",
  "prefix",
  "provider",
  "purpose",
  "reason",
  "region",
  "repositoryOpenness",
  "reverted",
  "role",
  "runId",
  "scopes",
  "size",
  "slug",
  "sourcePath",
  "state",
  "successorId",
  "title",
  "to",
  "turnId",
  "userId",
  "workroomId",
]);

const addresses: ReadonlySet<string> = new Set(["baseUrl", "endpoint"]);

/** What of these fields goes into the log, as JSON text; null for none. */
export function auditText(fields: Record<string, unknown> | undefined): string | null {
  if (fields === undefined) return null;
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, shownFields.has(name) ? shorten(name, value) : HIDDEN]);
  return JSON.stringify(Object.fromEntries(shown));
}

function shorten(name: string, value: unknown): unknown {
  if (typeof value === "string")
    return (addresses.has(name) ? bare(value) : value).slice(0, MAX_VALUE_LENGTH);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.slice(0, MAX_ITEMS).map((item) => (typeof item === "object" ? HIDDEN : item));
  return HIDDEN;
}

/** An address may carry a name, a password or a key in it. */
function bare(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.origin}${url.pathname}` : HIDDEN;
}
