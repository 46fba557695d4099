import type { AuditEntryView } from "@/lib/protocol/audit";

type Change = { field: string; before: string | null; after: string | null };

/** "repositoryOpenness" → "Repository openness". */
export function fieldLabel(field: string): string {
  const words = field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function valueText(value: unknown): string | null {
  if (value === undefined) return null;
  if (value === null || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Fields that changed, then what else was asked. */
export function changesOf({ before, after, detail }: AuditEntryView): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = fields.map((field) => ({
    field,
    before: valueText(before?.[field]),
    after: valueText(after?.[field]),
  }));
  const asked = Object.entries(detail).map(([field, value]) => ({
    field,
    before: null,
    after: valueText(value),
  }));
  return [...changed.filter((one) => one.before !== one.after), ...asked];
}

/** A small diff of one entry. */
export function AuditChanges({ entry }: { entry: AuditEntryView }) {
  return (
    <dl className="grid grid-cols-[minmax(5rem,auto)_1fr] gap-x-4 gap-y-1 text-[0.8125rem]">
      {changesOf(entry).map(({ field, before, after }) => (
        <div key={field} className="contents">
          <dt className="text-muted-foreground">{fieldLabel(field)}</dt>
          <dd className="flex min-w-0 flex-wrap gap-x-2 break-words">
            {before !== null && <del className="text-danger decoration-danger/50">{before}</del>}
            {before !== null && after !== null && <span aria-hidden>→</span>}
            {after !== null &&
              (before === null ? (
                <span className="min-w-0 break-all">{after}</span>
              ) : (
                <ins className="text-success no-underline">{after}</ins>
              ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
