"use client";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError } from "@/lib/client/api";

type SlugFieldProps = { slug: string; error: string | null; onChange: (slug: string) => void };

/** The name in an App's link, checked while it is typed. */
export function SlugField({ slug, error, onChange }: SlugFieldProps) {
  return (
    <Field
      label="Name in the link"
      help="Small letters, digits and hyphens. Nobody else can take it."
      error={error ?? undefined}
    >
      {(control) => (
        <Input
          {...control}
          value={slug}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={60}
          onChange={(event) => onChange(event.currentTarget.value.toLowerCase())}
        />
      )}
    </Field>
  );
}

/** The server's word on the name, which only it knows: taken, or kept back. */
export function slugRefusal(error: Error | null): string | null {
  if (!(error instanceof ApiError)) return null;
  const named = error.fieldErrors["slug"];
  if (named) return named;
  return error.code === "conflict" ? error.message : null;
}
