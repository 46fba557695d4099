"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { Textarea } from "@/components/ui/textarea";
import { ApiError, errorText } from "@/lib/client/api";
import type { AppView, PublishCandidate, WorkroomView } from "@/lib/protocol/views";
import { slugFromTitle, slugProblem } from "./app-slug";
import { AudienceField } from "./audience-field";
import { CandidateField } from "./candidate-field";
import type { PublishWish } from "./use-publish";

type PublishFormProps = {
  workroom: WorkroomView;
  app: AppView | null;
  candidates: readonly PublishCandidate[];
  isPending: boolean;
  error: Error | null;
  onPublish: (wish: PublishWish) => void;
};

const MAX_NOTE = 500;

export function PublishForm(props: PublishFormProps) {
  const { workroom, app, candidates, isPending, error, onPublish } = props;
  const lastSource = app?.versions[0]?.sourcePath;
  const free = candidates.filter((candidate) => candidate.refusal === null);
  const [sourcePath, setSourcePath] = useState<string | null>(
    () =>
      (free.find((candidate) => candidate.sourcePath === lastSource) ?? free[0])?.sourcePath ??
      null,
  );
  const [slug, setSlug] = useState(() => slugFromTitle(workroom.title));
  const [audience, setAudience] = useState<AppView["audience"]>(app?.audience ?? "private");
  const [note, setNote] = useState("");
  const problem = app ? null : slugProblem(slug);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sourcePath === null || problem !== null || isPending) return;
    onPublish({ sourcePath, note: note.trim(), slug: app ? null : slug, audience });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <CandidateField candidates={candidates} value={sourcePath} onChange={setSourcePath} />
      {!app && (
        <Field
          label="Name in the link"
          help="Small letters, digits and hyphens. The link can’t be taken by anyone else."
          error={problem ?? slugTaken(error) ?? undefined}
        >
          {(control) => (
            <Input
              {...control}
              value={slug}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={60}
              onChange={(event) => setSlug(event.currentTarget.value.toLowerCase())}
            />
          )}
        </Field>
      )}
      <AudienceField value={audience} onChange={setAudience} />
      <Field label="Note" help="What is new in this version; shown in the list of versions.">
        {(control) => (
          <Textarea
            {...control}
            value={note}
            maxLength={MAX_NOTE}
            placeholder="Optional"
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        )}
      </Field>
      {error && slugTaken(error) === null && (
        <p role="alert" className="text-sm text-danger">
          {errorText(error)}
        </p>
      )}
      <Button
        type="submit"
        variant="primary"
        disabled={isPending || sourcePath === null || problem !== null}
      >
        {isPending && <Spinner />}
        {buttonWords(app, isPending)}
      </Button>
    </form>
  );
}

function buttonWords(app: AppView | null, isPending: boolean): string {
  if (isPending) return "Publishing…";
  return app ? `Publish version ${(app.versions[0]?.number ?? 0) + 1}` : "Publish";
}

/** The server's word on the name, which only it knows: taken, or kept back. */
function slugTaken(error: Error | null): string | null {
  if (!(error instanceof ApiError)) return null;
  const named = error.fieldErrors["slug"];
  if (named) return named;
  return error.code === "conflict" ? error.message : null;
}
