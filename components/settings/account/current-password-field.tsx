import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** Asked before a way in changes: a browser left open is not enough for that. */
export function CurrentPasswordField() {
  return (
    <Field label="Current password">
      {(control) => (
        <Input
          {...control}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          maxLength={1_000}
          required
        />
      )}
    </Field>
  );
}
