"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import type { PublishOffer } from "@/lib/client/queries/apps";
import type { AppView, PublishCandidate, WorkroomView } from "@/lib/protocol/views";
import { SavedLine } from "../work/saved-line";
import { slugFromTitle, slugProblem } from "./app-slug";
import { AudienceField } from "./audience-field";
import { CandidateField } from "./candidate-field";
import { SlugField, slugRefusal } from "./slug-field";
import type { PublishWish } from "./use-publish";

type PublishFormProps = {
  workroom: WorkroomView;
  app: AppView | null;
  offer: PublishOffer;
  isPending: boolean;
  error: Error | null;
  onPublish: (wish: PublishWish) => void;
};

const MAX_NOTE = 500;

export function PublishForm(props: PublishFormProps) {
  const { workroom, app, isPending, error, onPublish } = props;
  const { candidates, savedAt } = props.offer;
  const [sourcePath, setSourcePath] = useState(() => firstChoice(app, candidates));
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
      <SavedLine workroom={workroom} savedAt={savedAt}>
        Publishing takes the files as they are at that moment.
      </SavedLine>
      <CandidateField candidates={candidates} value={sourcePath} onChange={setSourcePath} />
      {!app && <SlugField slug={slug} error={problem ?? slugRefusal(error)} onChange={setSlug} />}
      <AudienceField value={audience} onChange={setAudience} />
      <Field label="Note">
        {(control) => (
          <Input
            {...control}
            value={note}
            maxLength={MAX_NOTE}
            placeholder="What is new in this version (optional)"
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        )}
      </Field>
      {/* On a low screen the form scrolls under its one button. */}
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-col gap-2 border-t bg-popover px-5 py-3">
        {error && slugRefusal(error) === null && (
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
      </div>
    </form>
  );
}

/** The source of the last version as long as it can be published, else the first that can. */
function firstChoice(app: AppView | null, candidates: readonly PublishCandidate[]): string | null {
  const free = candidates.filter((candidate) => candidate.refusal === null);
  const last = free.find(({ sourcePath }) => sourcePath === app?.versions[0]?.sourcePath);
  return (last ?? free[0])?.sourcePath ?? null;
}

function buttonWords(app: AppView | null, isPending: boolean): string {
  if (isPending) return "Publishing…";
  return app ? `Publish version ${(app.versions[0]?.number ?? 0) + 1}` : "Publish";
}
