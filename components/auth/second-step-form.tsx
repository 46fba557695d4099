"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { signIn } from "@/lib/client/sign-in";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";

type SecondStepFormProps = {
  email: string;
  password: string;
  onDone: () => void;
  onBack: () => void;
};

const focus = (input: HTMLInputElement | null) => input?.focus();

/** After the right password: the code of the authenticator app, or one for emergencies. */
export function SecondStepForm({ email, password, onDone, onBack }: SecondStepFormProps) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code"));
    setBusy(true);
    setError(null);
    const refusal = await signIn(email, password, code);
    if (refusal === null) return onDone();
    setBusy(false);
    setError(refusal);
  };
  return (
    <AuthCard title="One more step" lead={`Signing in as ${email}.`}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field
          label="Code"
          help="The six digits of your authenticator app. Lost it? Type one of your recovery codes."
        >
          {(control) => (
            <Input
              {...control}
              name="code"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={40}
              ref={focus}
              required
              className="font-mono"
            />
          )}
        </Field>
        <FormError>{error}</FormError>
        <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
          {isBusy && <Spinner />}
          {isBusy ? "Logging in…" : "Log in"}
        </Button>
        <Button variant="link" onClick={onBack} className="self-start px-0">
          Back
        </Button>
      </form>
    </AuthCard>
  );
}
