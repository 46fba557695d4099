"use client";
import { useQuery } from "@tanstack/react-query";
import { MarkdownText } from "@/components/chat/markdown";
import { fileQuery } from "@/lib/client/queries/files";
import { useFiles } from "../files-context";
import { TextView } from "../text-view";

/** A Markdown file as it reads. What can't be shown so is shown by the editor, which says why. */
export default function MarkdownView({ path }: { path: string }) {
  const { workspaceId } = useFiles();
  const file = useQuery({ ...fileQuery(workspaceId, path), retry: false });
  const text = file.data?.text;
  if (text === null || text === undefined) return <TextView path={path} />;
  return (
    <section
      aria-label="Document"
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="size-full overflow-auto px-6 py-5"
    >
      <div className="mx-auto max-w-3xl">
        <MarkdownText text={text} />
      </div>
    </section>
  );
}
