"use client";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import { baseName, joinPath, nameProblem, parentFolder } from "./tree-model";

/** What a dialog about a name or a place does. `folder` and `path` are workspace paths. */
export type PathWish =
  | { kind: "newFolder"; folder: string }
  | { kind: "rename"; path: string }
  | { kind: "move"; path: string };

type PathDialogProps = {
  wish: PathWish;
  onClose: () => void;
  /** Does it; what it throws is shown under the field. */
  onSubmit: (wish: PathWish, newPath: string) => Promise<unknown>;
};

const words: Record<PathWish["kind"], { title: string; label: string; button: string }> = {
  newFolder: { title: "New folder", label: "Name", button: "Create" },
  rename: { title: "Rename", label: "New name", button: "Rename" },
  move: { title: "Move", label: "Move to folder", button: "Move" },
};

export function PathDialog({ wish, onClose, onSubmit }: PathDialogProps) {
  const [text, setText] = useState(() => startText(wish));
  const [wasTried, setWasTried] = useState(false);
  const inputRef = useRef<HTMLInputElement>(null);
  const submit = useMutation({
    mutationFn: () => onSubmit(wish, targetPath(wish, text)),
    onSuccess: onClose,
  });
  const problem = wasTried ? textProblem(wish, text) : null;
  const { title, label, button } = words[wish.kind];
  const error = problem ?? (submit.isError ? errorText(submit.error) : undefined);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={title}
        description={helpOf(wish)}
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          if (inputRef.current) selectStem(inputRef.current);
        }}
      >
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            setWasTried(true);
            if (textProblem(wish, text) === null) submit.mutate();
          }}
        >
          <Field label={label} error={error ?? undefined}>
            {(control) => (
              <Input
                {...control}
                value={text}
                autoComplete="off"
                spellCheck={false}
                ref={inputRef}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  submit.reset();
                }}
              />
            )}
          </Field>
          <DialogFooter>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={submit.isPending}>
              {submit.isPending && <Spinner />}
              {button}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}

function startText(wish: PathWish): string {
  if (wish.kind === "newFolder") return "";
  return wish.kind === "rename" ? baseName(wish.path) : parentFolder(wish.path);
}

function helpOf(wish: PathWish): string | undefined {
  if (wish.kind === "newFolder") return wish.folder === "" ? undefined : `In ${wish.folder}`;
  return wish.kind === "move"
    ? `${wish.path}. Leave the field empty for the top of the workroom.`
    : wish.path;
}

function textProblem(wish: PathWish, text: string): string | null {
  if (wish.kind !== "move") return nameProblem(text);
  const folder = normalizeWorkspacePath(text);
  if (folder === wish.path || folder.startsWith(`${wish.path}/`)) {
    return "A folder can’t be moved into itself.";
  }
  return null;
}

function targetPath(wish: PathWish, text: string): string {
  if (wish.kind === "newFolder") return joinPath(wish.folder, text.trim());
  if (wish.kind === "rename") return joinPath(parentFolder(wish.path), text.trim());
  return joinPath(normalizeWorkspacePath(text), baseName(wish.path));
}

/** Puts the cursor in and selects the name without its ending, as file managers do. */
function selectStem(input: HTMLInputElement): void {
  input.focus();
  const dot = input.value.lastIndexOf(".");
  input.setSelectionRange(0, dot > 0 ? dot : input.value.length);
}
