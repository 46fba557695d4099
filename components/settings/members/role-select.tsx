import type { ComponentProps } from "react";
import { fieldClasses } from "@/components/ui/input";
import { cn } from "@/lib/client/cn";
import { roleWords } from "@/lib/client/role-words";
import { memberRoles, type MemberRole } from "@/lib/protocol/view-names";

type RoleSelectProps = Omit<ComponentProps<"select">, "value" | "onChange"> & {
  value: MemberRole;
  /** The most rights that can be chosen. */
  upTo: MemberRole;
  onChange: (role: MemberRole) => void;
};

/** From the given role down; roles with more rights are not offered. */
export const rolesUpTo = (upTo: MemberRole): readonly MemberRole[] =>
  memberRoles.slice(memberRoles.indexOf(upTo));

export function RoleSelect({ value, upTo, onChange, className, ...select }: RoleSelectProps) {
  const roles = rolesUpTo(upTo);
  return (
    <select
      {...select}
      value={value}
      onChange={(event) => {
        const chosen = roles.find((role) => role === event.target.value);
        if (chosen) onChange(chosen);
      }}
      className={cn(fieldClasses, "h-11 px-2 md:h-9", className)}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {roleWords[role].label}
        </option>
      ))}
    </select>
  );
}
