"use client";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { fieldClasses, Input } from "@/components/ui/input";
import { cn } from "@/lib/client/cn";
import { membersQuery } from "@/lib/client/queries/members";
import type { AuditFilter } from "@/lib/protocol/audit";
import { actionKinds, actionWords } from "./audit-words";

type AuditFiltersProps = { filter: AuditFilter; onChange: (filter: AuditFilter) => void };

const selectClasses = cn(fieldClasses, "h-11 px-2 md:h-9");

/** The filter with one field set, or without it. */
function withField(filter: AuditFilter, name: keyof AuditFilter, value: string): AuditFilter {
  const { [name]: _old, ...rest } = filter;
  return value === "" ? rest : { ...rest, [name]: value };
}

/** A day as the browser's time zone has it: its start, or the start of the next one. */
function dayToTime(day: string, isEnd: boolean): string {
  if (day === "") return "";
  const start = new Date(`${day}T00:00`);
  if (isEnd) start.setDate(start.getDate() + 1);
  return start.toISOString();
}

function timeToDay(time: string | undefined, isEnd: boolean): string {
  if (time === undefined) return "";
  const date = new Date(time);
  if (isEnd) date.setDate(date.getDate() - 1);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

function PersonFilter({ filter, onChange }: AuditFiltersProps) {
  const { data: members = [] } = useQuery(membersQuery());
  return (
    <Field label="Who">
      {(control) => (
        <select
          {...control}
          className={selectClasses}
          value={filter.actor ?? ""}
          onChange={(event) => onChange(withField(filter, "actor", event.target.value))}
        >
          <option value="">Everybody</option>
          {members.map(({ userId, name }) => (
            <option key={userId} value={userId}>
              {name}
            </option>
          ))}
          <option value="system">Workroom itself</option>
        </select>
      )}
    </Field>
  );
}

function ActionFilter({ filter, onChange }: AuditFiltersProps) {
  return (
    <Field label="What">
      {(control) => (
        <select
          {...control}
          className={selectClasses}
          value={filter.action ?? ""}
          onChange={(event) => onChange(withField(filter, "action", event.target.value))}
        >
          <option value="">Everything</option>
          {actionKinds.map(({ value, label }) => (
            <optgroup key={value} label={label}>
              <option value={value}>{label}: all</option>
              {Object.entries(actionWords)
                .filter(([action]) => action.startsWith(`${value}.`))
                .map(([action, words]) => (
                  <option key={action} value={action}>
                    {words.charAt(0).toUpperCase() + words.slice(1)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}

function DayFilter({ name, filter, onChange }: AuditFiltersProps & { name: "from" | "to" }) {
  const isEnd = name === "to";
  return (
    <Field label={isEnd ? "Until" : "From"}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={timeToDay(filter[name], isEnd)}
          onChange={(event) =>
            onChange(withField(filter, name, dayToTime(event.target.value, isEnd)))
          }
        />
      )}
    </Field>
  );
}

/** Narrows the log by person, action and days. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  return (
    <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-4">
      <PersonFilter filter={filter} onChange={onChange} />
      <ActionFilter filter={filter} onChange={onChange} />
      <DayFilter name="from" filter={filter} onChange={onChange} />
      <DayFilter name="to" filter={filter} onChange={onChange} />
      {Object.keys(filter).length > 0 && (
        <Button size="sm" variant="ghost" className="w-fit" onClick={() => onChange({})}>
          Show everything
        </Button>
      )}
    </div>
  );
}
