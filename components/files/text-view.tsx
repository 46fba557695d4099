"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorText } from "@/lib/client/api";
import { type FileContent, fileKeys, fileQuery, writeFile } from "@/lib/client/queries/files";
import { showToast } from "@/lib/client/toast";
import { LazyTextEditor } from "../editor/lazy-editors";
import { useFiles } from "./files-context";
import { useDrafts } from "./drafts";
import { NotShown } from "./not-shown";
import { SaveBar } from "./save-bar";

export function TextView({ path }: { path: string }) {
  const { workspaceId } = useFiles();
  const file = useQuery({ ...fileQuery(workspaceId, path), retry: false });
  if (file.isPending) return <Skeleton className="m-4 h-48" />;
  if (file.isError && !file.data) {
    return (
      <ErrorState
        title="Can’t open this file"
        message={errorText(file.error)}
        onRetry={() => void file.refetch()}
        className="h-full"
      />
    );
  }
  if (file.data.reason === "too_large") {
    return (
      <NotShown path={path} title="This file is too large for the editor">
        Download it, or ask your employee about what is in it.
      </NotShown>
    );
  }
  if (file.data.text === null) {
    return (
      <NotShown path={path} title="This file is not text">
        It can’t be shown here. Download it to open it with its own program.
      </NotShown>
    );
  }
  return <EditableText file={file.data} text={file.data.text} />;
}

function EditableText({ file, text }: { file: FileContent; text: string }) {
  const { drafts, setDraft } = useDrafts();
  const { canEdit } = useFiles();
  const draft = drafts.get(file.path) ?? null;
  const [shown, setShown] = useState({ etag: file.etag, resetId: 0 });
  const save = useSaveText(file.path);

  // Somebody, a turn most likely, wrote the file since the draft was begun.
  const isConflicting = draft !== null && (draft.etag !== file.etag || isConflict(save.error));
  if (!draft && shown.etag !== file.etag) {
    // Our own save left the editor right as it is; anybody else's text has to be put into it.
    const isOurs = save.data?.etag === file.etag;
    setShown({ etag: file.etag, resetId: shown.resetId + (isOurs ? 0 : 1) });
  }
  const saveNow = () => {
    if (draft && !save.isPending && !isConflicting) {
      save.mutate({ text: draft.text, ifMatch: draft.etag });
    }
  };
  return (
    <div className="flex size-full flex-col">
      {draft && (
        <SaveBar
          isConflicting={isConflicting}
          isSaving={save.isPending}
          onSave={saveNow}
          onDiscard={() => {
            save.reset();
            setDraft(file.path, () => null);
            setShown({ etag: file.etag, resetId: shown.resetId + 1 });
          }}
          onOverwrite={() => save.mutate({ text: draft.text, ifMatch: null })}
        />
      )}
      <div className="min-h-0 flex-1">
        <LazyTextEditor
          path={file.path}
          text={draft?.text ?? text}
          resetId={shown.resetId}
          isReadOnly={!canEdit}
          onChange={(next) =>
            setDraft(file.path, (now) => {
              const etag = now?.etag ?? file.etag;
              return next === text && etag === file.etag ? null : { text: next, etag };
            })
          }
          onSave={saveNow}
        />
      </div>
    </div>
  );
}

type SaveWish = { text: string; ifMatch: string | null };

function useSaveText(path: string) {
  const { workspaceId } = useFiles();
  const client = useQueryClient();
  const { setDraft } = useDrafts();
  const key = fileKeys.file(workspaceId, path);
  return useMutation({
    mutationFn: (wish: SaveWish) => writeFile(workspaceId, { path, ...wish }),
    onSuccess: ({ etag }, wish) => {
      client.setQueryData<FileContent>(key, (now) => now && { ...now, etag, text: wish.text });
      // What was typed while the answer was on its way stays a draft, over the version just saved.
      setDraft(path, (now) => (now && now.text !== wish.text ? { text: now.text, etag } : null));
    },
    onError: (error) => {
      if (isConflict(error)) void client.invalidateQueries({ queryKey: key });
      else showToast(errorText(error), { tone: "error" });
    },
  });
}

const isConflict = (error: Error | null): boolean =>
  error instanceof ApiError && error.code === "conflict";
