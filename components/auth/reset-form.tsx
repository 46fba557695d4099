"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { api, ApiError, errorText } from "@/lib/client/api";
import { signIn } from "@/lib/client/sign-in";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { NewPasswordField } from "./password-field";

const changePassword = (token: string, password: string) =>
  api<{ email: string }>("/api/reset-owner", { method: "POST", body: { token, password } });

/** Where the link of `npm run reset-owner` leads: the owner chooses a new password and is signed in. */
export function ResetForm({ token }: { token: string }) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    setBusy(true);
    setError(null);
    try {
      const { email } = await changePassword(token, password);
      const refusal = await signIn(email, password);
      window.location.assign(refusal === null ? "/" : "/login");
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const fieldError = error instanceof ApiError ? error.fieldErrors["password"] : undefined;
  return (
    <AuthCard title="Choose a new password" lead="This signs the owner out of every other browser.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <NewPasswordField error={fieldError} />
        <FormError>{error && !fieldError ? errorText(error) : null}</FormError>
        <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
          {isBusy && <Spinner />}
          {isBusy ? "Saving…" : "Save and log in"}
        </Button>
      </form>
    </AuthCard>
  );
}
