"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { Textarea } from "@/components/ui/textarea";
import { ApiError, errorText } from "@/lib/client/api";
import { keepFirstMessage } from "@/lib/client/first-message";
import { completeSetup } from "@/lib/client/queries/setup";
import { signIn } from "@/lib/client/sign-in";
import type { DetectedModel } from "@/lib/protocol/views";
import { type ChosenModel, EmployeeChoice } from "./employee-choice";
import { FormError } from "./form-error";
import { NewPasswordField } from "./password-field";

type SetupFormProps = { token: string; detected: readonly DetectedModel[] };

const firstOf = (detected: readonly DetectedModel[]): ChosenModel => {
  const [model] = detected;
  const [modelId] = model?.modelIds ?? [];
  return model && modelId ? { detectedId: model.id, modelId } : null;
};

function useSetup(token: string, model: ChosenModel) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    setBusy(true);
    setError(null);
    try {
      const { orgSlug, email } = await completeSetup({
        token,
        orgName: text("orgName").trim(),
        name: text("name").trim(),
        email: text("email").trim(),
        password: text("password"),
        ...(model && { model }),
      });
      const firstMessage = text("firstMessage").trim();
      if (firstMessage !== "") keepFirstMessage(firstMessage);
      const refusal = await signIn(email, text("password"));
      window.location.assign(refusal === null ? `/${orgSlug}` : "/login");
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const fieldErrors = error instanceof ApiError ? error.fieldErrors : {};
  const isAboutField = Object.keys(fieldErrors).length > 0;
  return {
    submit,
    isBusy,
    fieldErrors,
    formError: error && !isAboutField ? errorText(error) : null,
  };
}

export function SetupForm({ token, detected }: SetupFormProps) {
  const [model, setModel] = useState<ChosenModel>(() => firstOf(detected));
  const { submit, isBusy, fieldErrors, formError } = useSetup(token, model);
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="Organisation" error={fieldErrors["orgName"]}>
        {(control) => (
          <Input {...control} name="orgName" autoComplete="organization" maxLength={80} required />
        )}
      </Field>
      <Field label="Your name" error={fieldErrors["name"]}>
        {(control) => (
          <Input {...control} name="name" autoComplete="name" maxLength={80} required />
        )}
      </Field>
      <Field label="E-mail address" error={fieldErrors["email"]}>
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username" required />
        )}
      </Field>
      <NewPasswordField error={fieldErrors["password"]} />
      <EmployeeChoice detected={detected} chosen={model} onChoose={setModel} />
      <Field label="What should we build first?" help="You can leave this for later.">
        {(control) => (
          <Textarea
            {...control}
            name="firstMessage"
            maxLength={100_000}
            placeholder="Build me a dashboard of our sales"
            className="max-h-48"
          />
        )}
      </Field>
      <FormError>{formError}</FormError>
      <Button type="submit" variant="primary" size="lg" disabled={isBusy}>
        {isBusy && <Spinner />}
        {isBusy ? "Setting up…" : "Set up and start"}
      </Button>
    </form>
  );
}
