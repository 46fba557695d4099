"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { signIn } from "@/lib/client/sign-in";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";

export function LoginForm({ afterwards }: { afterwards: string }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    const refusal = await signIn(String(fields.get("email")), String(fields.get("password")));
    if (refusal === null) {
      window.location.assign(afterwards);
      return;
    }
    setBusy(false);
    setError(refusal);
  };

  return (
    <AuthCard title="Log in">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="E-mail address">
          {(control) => (
            <Input {...control} name="email" type="email" autoComplete="username" required />
          )}
        </Field>
        <Field label="Password">
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              autoComplete="current-password"
              required
            />
          )}
        </Field>
        <FormError>{error}</FormError>
        <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
          {isBusy && <Spinner />}
          {isBusy ? "Logging in…" : "Log in"}
        </Button>
        <p className="text-sm text-muted-foreground">
          Lost the owner&rsquo;s password? Run{" "}
          <code className="font-mono">npm run reset-owner</code> where Workroom is installed.
        </p>
      </form>
    </AuthCard>
  );
}
