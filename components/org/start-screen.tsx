"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { ConnectionLine } from "@/components/app/connection-line";
import { InstallationBanners } from "@/components/app/installation-banners";
import { MenuButton } from "@/components/app/menu-button";
import { BootChip } from "@/components/composer/boot-chip";
import { Composer, type ComposerHandle, type WrittenMessage } from "@/components/composer/composer";
import { DropOverlay } from "@/components/composer/drop-overlay";
import { useFileDrop } from "@/components/composer/use-file-drop";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { takeFirstMessage } from "@/lib/client/first-message";
import { sendMessage } from "@/lib/client/queries/chats";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import { fetchSampleSales } from "@/lib/client/sample-sales";
import { showToast } from "@/lib/client/toast";
import { useDraftRoom } from "@/lib/client/use-draft-room";
import type { ViewerView } from "@/lib/protocol/views";
import { useAttachments } from "@/lib/client/uploads/use-attachments";
import { type Example, Examples } from "./examples";
import { OpennessChoice } from "./openness-choice";
import { RecentRooms } from "./recent-rooms";

// Only a room that has got a table needs it.
const UploadedTables = dynamic(async () => (await import("./uploaded-tables")).UploadedTables, {
  ssr: false,
});

/** Sends the first message of the draft room and goes there. One key a text, so a second try can't send it twice. */
function useStart(orgSlug: string, draft: ReturnType<typeof useDraftRoom>) {
  const router = useRouter();
  const client = useQueryClient();
  const sent = useRef({ text: "", idempotencyKey: "" });
  return async ({ text, attachments }: WrittenMessage) => {
    const workroom = await draft.open();
    if (sent.current.text !== text) sent.current = { text, idempotencyKey: crypto.randomUUID() };
    const { idempotencyKey } = sent.current;
    await sendMessage(workroom.mainChatId, { text, attachments, idempotencyKey });
    draft.finish();
    void client.invalidateQueries({ queryKey: workroomKeys.lists });
    router.push(`/${orgSlug}/workrooms/${workroom.id}`);
  };
}

/** Brings the sample file along and, for an example, writes its text. */
function useSample(addFiles: (files: File[]) => void, write: (text: string) => void) {
  const [isFetching, setFetching] = useState(false);
  const add = async (example: Example | null) => {
    setFetching(true);
    try {
      addFiles([await fetchSampleSales()]);
      if (example) write(example.text);
    } catch {
      showToast("The sample file didn't come. Try again.", { tone: "error" });
    }
    setFetching(false);
  };
  return { isFetching, add };
}

/** The message written at set-up is sent as soon as there is a page that can. */
function useFirstMessage(
  send: (message: WrittenMessage) => Promise<void>,
  write: (text: string) => void,
) {
  const latest = useRef({ send, write });
  useEffect(() => {
    const text = takeFirstMessage();
    if (text === null) return;
    const { send, write } = latest.current;
    send({ text, attachments: [] }).catch(() => write(text));
  }, []);
}

/** The first page: say what you want. Who may only look finds what there is to see. */
export function StartScreen({ orgSlug }: { orgSlug: string }) {
  const { data: viewer } = useQuery(viewerQuery());
  if (viewer?.role === "viewer") return <LookAround orgName={viewer.org.name} />;
  return <NewRoom orgSlug={orgSlug} viewer={viewer} />;
}

function LookAround({ orgName }: { orgName: string }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-12 items-center px-3 md:hidden">
        <MenuButton />
      </header>
      <ConnectionLine />
      <EmptyState title={orgName} isWholePage>
        The workrooms that are open or shared with you are in the list beside. To make your own, ask
        an admin to make you a member.
      </EmptyState>
    </div>
  );
}

type NewRoomProps = { orgSlug: string; viewer: ViewerView | undefined };

/** The room is being made while its first message is still written. */
function NewRoom({ orgSlug, viewer }: NewRoomProps) {
  const composerRef = useRef<ComposerHandle>(null);
  const draft = useDraftRoom();
  const uploads = useAttachments({
    openRoom: async () => (await draft.open()).id,
    maxBytes: viewer?.maxUploadBytes,
  });
  const start = useStart(orgSlug, draft);
  const drop = useFileDrop(uploads.add);
  const write = (text: string) => composerRef.current?.insert(text);
  useFirstMessage(start, write);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col" {...drop.dropProps}>
      <header className="flex h-12 items-center px-3 md:hidden">
        <MenuButton />
      </header>
      <InstallationBanners />
      <ConnectionLine />
      {drop.isOver && <DropOverlay />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 px-4 pt-[8vh] pb-12 md:pt-[14vh]">
          <h1 className="text-center text-2xl font-semibold tracking-tight text-balance md:text-3xl">
            What should we build?
          </h1>
          <div className="flex flex-col gap-3">
            <Composer
              ref={composerRef}
              draftKey="workroom.text.new"
              label="What should we build?"
              placeholder="Say what you want, and drop the files for it here"
              uploads={uploads}
              minRows={3}
              isAutoFocused
              onFirstInput={() => void draft.open().catch(() => undefined)}
              onSubmit={start}
            />
            <div className="flex flex-wrap items-center justify-between gap-2">
              {viewer?.isTeam && (
                <OpennessChoice
                  value={draft.room?.isDraft === false ? draft.room.openness : draft.openness}
                  orgName={viewer.org.name}
                  isFixed={draft.room?.isDraft === false}
                  onChange={draft.choose}
                />
              )}
              {draft.room && <BootChip workroom={draft.room} />}
            </div>
          </div>
          {draft.room && uploads.uploads.length > 0 && (
            <UploadedTables workroomId={draft.room.id} uploads={uploads.uploads} onPick={write} />
          )}
          {uploads.uploads.length === 0 && <SampleOffer addFiles={uploads.add} write={write} />}
          <RecentRooms orgSlug={orgSlug} />
        </div>
      </div>
    </div>
  );
}

function SampleOffer(props: { addFiles: (files: File[]) => void; write: (text: string) => void }) {
  const sample = useSample(props.addFiles, props.write);
  return (
    <div className="flex flex-col items-center gap-3">
      <Examples isBusy={sample.isFetching} onPick={(example) => void sample.add(example)} />
      <Button
        variant="link"
        size="sm"
        disabled={sample.isFetching}
        onClick={() => void sample.add(null)}
      >
        Try it with sample sales data
      </Button>
    </div>
  );
}
