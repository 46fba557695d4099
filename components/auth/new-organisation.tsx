"use client";
import Link from "next/link";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { createOrg } from "@/lib/client/queries/orgs";
import { AuthCard } from "./auth-card";
import { FormError } from "./form-error";
import { SignOutButton } from "./sign-out-button";

type NewOrganisationProps = { email: string; isFirst: boolean };

/** Where a person makes an organisation: their next one, or the only one when they are in none. */
export function NewOrganisation({ email, isFirst }: NewOrganisationProps) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name"));
    setBusy(true);
    setError(null);
    try {
      const { slug } = await createOrg(name);
      window.location.assign(`/${slug}`);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const fieldError = error instanceof ApiError ? error.fieldErrors["name"] : undefined;
  return (
    <AuthCard
      title={isFirst ? "You are in no organisation" : "New organisation"}
      lead={
        isFirst
          ? "Make one of your own, or ask a colleague to invite you."
          : "It has its own workrooms, members and models. You are its owner."
      }
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="Name of the organisation" error={fieldError}>
          {(control) => (
            <Input {...control} name="name" maxLength={80} autoComplete="organization" required />
          )}
        </Field>
        <FormError>{error && !fieldError ? errorText(error) : null}</FormError>
        <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
          {isBusy && <Spinner />}
          {isBusy ? "Making it…" : "Make it"}
        </Button>
      </form>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted-foreground">
        <span>Signed in as {email}.</span>
        {isFirst ? (
          <SignOutButton />
        ) : (
          <Button asChild variant="link" size="sm" className="px-0">
            <Link href="/">Back to your workrooms</Link>
          </Button>
        )}
      </p>
    </AuthCard>
  );
}
