import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import type { AgentView } from "@/lib/protocol/workspace-views";

type EmployeeFieldsProps = {
  agent?: Pick<AgentView, "name" | "instructions">;
  errors: Readonly<Record<string, string>>;
};

/** What an employee is called, and what it is told. */
export function EmployeeFields({ agent, errors }: EmployeeFieldsProps) {
  return (
    <>
      <Field label="Name" error={errors["name"]}>
        {(control) => (
          <Input
            {...control}
            name="name"
            defaultValue={agent?.name}
            required
            maxLength={80}
            autoComplete="off"
          />
        )}
      </Field>
      <Field
        label="Instructions"
        help="What it should know and keep to, in plain words."
        error={errors["instructions"]}
      >
        {(control) => (
          <Textarea
            {...control}
            name="instructions"
            defaultValue={agent?.instructions}
            maxLength={20_000}
            rows={4}
            className="max-h-80 min-h-28 overflow-y-auto"
          />
        )}
      </Field>
    </>
  );
}

export function readEmployee(form: HTMLFormElement) {
  const fields = new FormData(form);
  return {
    name: String(fields.get("name") ?? ""),
    instructions: String(fields.get("instructions") ?? ""),
  };
}
