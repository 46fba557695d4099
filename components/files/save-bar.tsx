"use client";
import { TriangleAlertIcon } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";

type SaveBarProps = {
  isConflicting: boolean;
  isSaving: boolean;
  onSave: () => void;
  onDiscard: () => void;
  onOverwrite: () => void;
};

/** Over a text that is not saved yet; when the file changed meanwhile, the two ways out. */
export function SaveBar(props: SaveBarProps) {
  const { isConflicting, isSaving, onSave, onDiscard, onOverwrite } = props;
  if (isConflicting) {
    return (
      <Banner
        tone="warning"
        icon={<TriangleAlertIcon aria-hidden />}
        action={
          <span className="flex gap-2">
            <Button size="sm" onClick={onDiscard}>
              Show the new one
            </Button>
            <Button size="sm" variant="danger" disabled={isSaving} onClick={onOverwrite}>
              {isSaving && <Spinner />} Overwrite with mine
            </Button>
          </span>
        }
      >
        This file changed while you were editing it.
      </Banner>
    );
  }
  return (
    <Banner
      action={
        <span className="flex gap-2">
          <Button size="sm" onClick={onDiscard} disabled={isSaving}>
            Discard
          </Button>
          <Button size="sm" variant="primary" disabled={isSaving} onClick={onSave}>
            {isSaving && <Spinner />} Save
          </Button>
        </span>
      }
    >
      Not saved yet. <span className="text-muted-foreground">Ctrl-S saves.</span>
    </Banner>
  );
}
