import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const MIN_LENGTH = 12;
const MAX_LENGTH = 200;

/** A password that is being chosen, with the rules it has to keep. */
export function NewPasswordField({ error }: { error: string | undefined }) {
  return (
    <Field
      label="Password"
      help={`${MIN_LENGTH} characters or more. A sentence is good.`}
      error={error}
    >
      {(control) => (
        <Input
          {...control}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={MIN_LENGTH}
          maxLength={MAX_LENGTH}
          required
        />
      )}
    </Field>
  );
}
