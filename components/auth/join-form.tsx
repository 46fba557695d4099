"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { joinByInvitation } from "@/lib/client/queries/join";
import { signIn } from "@/lib/client/sign-in";
import { FormError } from "./form-error";
import { NewPasswordField } from "./password-field";

/** Makes the account of the invited address, joins the organisation and signs in. */
export function JoinForm({ secret, email }: { secret: string; email: string }) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const account = { name: String(fields.get("name")), password: String(fields.get("password")) };
    setBusy(true);
    setError(null);
    try {
      const { orgSlug } = await joinByInvitation({ secret, account });
      const refusal = await signIn(email, account.password);
      window.location.assign(refusal === null ? `/${orgSlug}` : "/login");
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const fields = error instanceof ApiError ? error.fieldErrors : {};
  const [nameError, passwordError] = [fields["account.name"], fields["account.password"]];
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="E-mail address">
        {(control) => (
          <Input {...control} type="email" value={email} autoComplete="username" readOnly />
        )}
      </Field>
      <Field label="Your name" error={nameError}>
        {(control) => (
          <Input {...control} name="name" maxLength={80} autoComplete="name" required />
        )}
      </Field>
      <NewPasswordField error={passwordError} />
      <FormError>{error && !nameError && !passwordError ? errorText(error) : null}</FormError>
      <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
        {isBusy && <Spinner />}
        {isBusy ? "Joining…" : "Make an account and join"}
      </Button>
    </form>
  );
}
