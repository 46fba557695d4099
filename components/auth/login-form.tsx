"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { signIn } from "@/lib/client/sign-in";
import { SECOND_STEP_NEEDED, type SignInProvider } from "@/lib/protocol/account";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { ProviderButtons } from "./provider-buttons";
import { SecondStepForm } from "./second-step-form";

type LoginFormProps = {
  afterwards: string;
  providers: readonly SignInProvider[];
  /** Why an earlier try let nobody in. */
  refusal: string | null;
};
type Typed = { email: string; password: string };

export function LoginForm({ afterwards, providers, refusal: earlier }: LoginFormProps) {
  const [error, setError] = useState<string | null>(earlier);
  const [isBusy, setBusy] = useState(false);
  const [typed, setTyped] = useState<Typed | null>(null);
  const goOn = () => window.location.assign(afterwards);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, password] = [String(fields.get("email")), String(fields.get("password"))];
    setBusy(true);
    setError(null);
    const refusal = await signIn(email, password);
    if (refusal === null) return goOn();
    setBusy(false);
    if (refusal === SECOND_STEP_NEEDED) setTyped({ email, password });
    else setError(refusal);
  };

  if (typed) return <SecondStepForm {...typed} onDone={goOn} onBack={() => setTyped(null)} />;
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
      </form>
      <ProviderButtons providers={providers} afterwards={afterwards} />
      <p className="text-sm text-muted-foreground">
        Lost the owner&rsquo;s password? Run <code className="font-mono">npm run reset-owner</code>{" "}
        where Workroom is installed.
      </p>
    </AuthCard>
  );
}
