"use client";
import { ExternalLinkIcon, GlobeIcon, LockIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { AppView } from "@/lib/protocol/views";
import { CopyButton } from "./copy-button";
import { openApp } from "./open-app";

/** The App's own link, with what a person does with it. */
export function AppLink({ app }: { app: AppView }) {
  const isPublic = app.audience === "public";
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg border bg-muted p-2 pl-3">
      {isPublic ? (
        <GlobeIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      ) : (
        <LockIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      )}
      <a
        href={app.url}
        target="_blank"
        rel="noopener"
        className="min-w-0 flex-1 basis-4/5 truncate md:basis-40 text-sm text-primary underline-offset-4 hover:underline"
        onClick={(event) => {
          // A private App needs a pass, which a plain link does not carry.
          if (isPublic || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          void openApp(app);
        }}
      >
        {app.url.replace(/^https?:\/\//, "").replace(/\/$/, "")}
      </a>
      <CopyButton text={app.url} />
      <Button size="sm" onClick={() => void openApp(app)}>
        <ExternalLinkIcon aria-hidden /> Open
      </Button>
    </div>
  );
}
