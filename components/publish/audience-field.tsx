"use client";
import { useId } from "react";
import { RadioRow } from "@/components/ui/radio-row";
import type { AppView } from "@/lib/protocol/views";

type AudienceFieldProps = {
  value: AppView["audience"];
  onChange: (audience: AppView["audience"]) => void;
};

const rows: readonly { value: AppView["audience"]; title: string; description: string }[] = [
  {
    value: "private",
    title: "Private",
    description: "Members who can see this workroom open it; they sign in first.",
  },
  {
    value: "public",
    title: "Public",
    description: "Anyone with the link opens it, without signing in.",
  },
];

export function AudienceField({ value, onChange }: AudienceFieldProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Who can open it</legend>
      <div className="divide-y overflow-hidden rounded-lg border">
        {rows.map((row) => (
          <RadioRow
            key={row.value}
            name={name}
            value={row.value}
            title={row.title}
            description={row.description}
            checked={value === row.value}
            onChange={() => onChange(row.value)}
          />
        ))}
      </div>
    </fieldset>
  );
}
