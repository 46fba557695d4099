import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** A code of the authenticator app; where it helps, a recovery code too. */
export function CodeField({ help }: { help: string }) {
  return (
    <Field label="Code" help={help}>
      {(control) => (
        <Input
          {...control}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          required
          className="font-mono"
        />
      )}
    </Field>
  );
}
