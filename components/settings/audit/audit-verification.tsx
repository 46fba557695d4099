"use client";
import { useQuery } from "@tanstack/react-query";
import { ShieldAlertIcon, ShieldCheckIcon } from "lucide-react";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { countOf, exactTime, formatCount } from "@/lib/client/format";
import { auditVerificationQuery } from "@/lib/client/queries/audit";
import type { AuditVerification as Verification } from "@/lib/protocol/audit";

const whys: Record<NonNullable<Verification["break"]>["why"], string> = {
  changed: "was changed after it was written",
  removed: "was removed",
  seal_removed: "lost its seal",
  not_sealed: "has no seal",
};

function brokenWords({ number, at, why }: NonNullable<Verification["break"]>): string {
  const which = number === null ? "An entry" : `Entry ${formatCount(number)}`;
  const when = at === null ? "" : ` of ${exactTime(at)}`;
  return `Broken: ${which.toLowerCase()}${when} ${whys[why]}. Somebody has changed the database itself.`;
}

/** Whether the log is as it was written; it is checked whenever the page is opened. */
export function AuditVerification() {
  const { data, error, isFetching, refetch } = useQuery(auditVerificationQuery());
  if (error)
    return (
      <p role="alert" className="text-sm text-muted-foreground">
        The log could not be checked. {errorText(error)}{" "}
        <button type="button" className="underline" onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    );
  if (!data || isFetching)
    return (
      <output className="flex items-center gap-2 text-sm text-muted-foreground">
        <Spinner /> Checking that nothing was changed or removed…
      </output>
    );
  if (data.break !== null)
    return (
      <p role="alert" className="flex items-start gap-2 text-sm font-medium text-danger">
        <ShieldAlertIcon aria-hidden className="mt-0.5 size-4 shrink-0" /> {brokenWords(data.break)}
      </p>
    );
  return (
    <output className="flex items-start gap-2 text-sm text-muted-foreground">
      <ShieldCheckIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
      <span>
        Checked: unbroken, {countOf(data.entryCount, "entry", "entries")}.
        {data.waitingCount > 0 && ` ${formatCount(data.waitingCount)} more in a few seconds.`}
      </span>
    </output>
  );
}
