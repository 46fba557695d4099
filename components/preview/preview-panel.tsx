"use client";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useId, useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { showToast } from "@/lib/client/toast";
import { RoomStateNotice } from "../work/room-state-notice";
import { useWork } from "../work/work-context";
import { type OpenRequest, useOpenRequest } from "../work/work-tab-store";
import type { DeviceFrame } from "./device-frame";
import { openPreviewAddress, previewAddressQuery } from "./preview-address-query";
import { NothingToPreview, ServerIsGone } from "./preview-empty";
import { PageConsole } from "./page-console";
import { quotePick } from "./page-log";
import { PageTools } from "./page-tools";
import { PreviewFrame } from "./preview-frame";
import { previewPagesQuery } from "./preview-pages-query";
import {
  fileSource,
  isListening,
  listPreviewSources,
  pickPreviewSource,
  type PreviewSource,
  sourceLabel,
} from "./preview-source";
import { PreviewToolbar } from "./preview-toolbar";
import { SourceMenu } from "./source-menu";
import { useFrameHistory } from "./use-frame-history";
import { usePageMessages } from "./use-page-messages";
import { type PreviewPlace, usePreviewPlace } from "./use-preview-place";
import { useFilesMoved } from "./use-files-moved";

const LOOK_AGAIN_MS = 4_000;

type Choice = { source: PreviewSource; requestId: number };

/** The menu's choice, or a file that another tab asked to show since. */
function newerWish(request: OpenRequest | null, choice: Choice | null): PreviewSource | null {
  if (request && request.id > (choice?.requestId ?? 0)) return fileSource(request.path);
  return choice?.source ?? null;
}

/** Shows what was built: a server of the room, or the newest HTML file, on an origin of its own. */
export function PreviewPanel({ isVisible }: { isVisible: boolean }) {
  const { workroom } = useWork();
  const request = useOpenRequest(workroom.id, "preview");
  const [chosen, setChosen] = useState<Choice | null>(null);
  const pages = useQuery({
    ...previewPagesQuery(workroom.id),
    refetchInterval: isVisible && workroom.isWorking ? LOOK_AGAIN_MS : false,
  });

  const sources = listPreviewSources(workroom.previewPorts, pages.data ?? []);
  const source = pickPreviewSource(sources, newerWish(request, chosen));
  const choose = (next: PreviewSource) => setChosen({ source: next, requestId: request?.id ?? 0 });

  if (source) return <SourcePreview source={source} sources={sources} onChoose={choose} />;
  if (pages.isPending) return <PreviewSkeleton />;
  if (pages.isError) {
    return (
      <ErrorState
        title="Can’t look for something to preview"
        message={errorText(pages.error)}
        onRetry={() => void pages.refetch()}
        className="h-full"
      />
    );
  }
  const isDown = workroom.state === "booting" || workroom.state === "failed";
  return isDown ? <RoomStateNotice what="A preview" /> : <NothingToPreview />;
}

type SourcePreviewProps = {
  source: PreviewSource;
  sources: readonly PreviewSource[];
  onChoose: (source: PreviewSource) => void;
};

function SourcePreview({ source, sources, onChoose }: SourcePreviewProps) {
  const { workroom } = useWork();
  const place = usePreviewPlace(source);
  const [device, setDevice] = useState<DeviceFrame>("full");
  const [isConsoleOpen, setConsoleOpen] = useState(false);

  useFilesMoved(workroom.id, place.reload);

  const view = { device, onDevice: setDevice, isConsoleOpen, onConsole: setConsoleOpen };
  const parts = { source, sources, onChoose, place, ...view };
  return <LoadedPreview key={`${source.key}|${place.loadId}`} {...parts} />;
}

type LoadedPreviewProps = SourcePreviewProps & {
  place: PreviewPlace;
  device: DeviceFrame;
  onDevice: (device: DeviceFrame) => void;
  isConsoleOpen: boolean;
  onConsole: (isOpen: boolean) => void;
};

/** One load of the frame: another load is another component, with a history and a console of its own. */
function LoadedPreview(props: LoadedPreviewProps) {
  const { source, sources, onChoose, place, device, onDevice, isConsoleOpen, onConsole } = props;
  const { workroom, askEmployee } = useWork();
  const frame = useFrameHistory();
  const consoleId = useId();
  const { frameRef, log, clear, isPicking, pick } = usePageMessages(({ selector, text }) =>
    askEmployee(quotePick(selector, text, place.path)),
  );
  const tools = { log, isPicking, onPick: pick, consoleId, isConsoleOpen, onConsole };
  return (
    <div
      className="flex h-full flex-col"
      onPointerEnter={frame.observe}
      onFocusCapture={frame.observe}
    >
      <PreviewToolbar
        path={place.path}
        hasMoved={frame.canGoBack || frame.canGoForward}
        canGoBack={frame.canGoBack || place.canGoBack}
        canGoForward={frame.canGoForward || place.canGoForward}
        device={device}
        sourceMenu={<SourceMenu sources={sources} current={source} onChoose={onChoose} />}
        pageTools={<PageTools {...tools} />}
        onBack={frame.canGoBack ? frame.back : place.back}
        onForward={frame.canGoForward ? frame.forward : place.forward}
        onReload={place.reload}
        onGo={place.go}
        onOpen={() => void openInTab(workroom.id, source, place.path)}
        onDevice={onDevice}
      />
      <PreviewBody {...props} frameRef={frameRef} onFrameLoad={frame.observe} />
      {isConsoleOpen && (
        <PageConsole id={consoleId} log={log} onClear={clear} onClose={() => onConsole(false)} />
      )}
    </div>
  );
}

type PreviewBodyProps = LoadedPreviewProps & {
  frameRef: RefObject<HTMLIFrameElement | null>;
  onFrameLoad: () => void;
};

function PreviewBody(props: PreviewBodyProps) {
  const { source, sources, onChoose, place, device, frameRef, onFrameLoad } = props;
  const { workroom } = useWork();
  const needsRoom = source.kind === "port" && workroom.state !== "active";
  const isGone = !isListening(sources, source);
  const address = useQuery({
    ...previewAddressQuery(workroom.id, source, place.path, place.loadId),
    enabled: !needsRoom && !isGone,
  });
  if (needsRoom) return <RoomStateNotice what="This server" />;
  if (isGone) return <ServerIsGone source={source} sources={sources} onChoose={onChoose} />;
  if (address.isPending) return <PreviewSkeleton />;
  if (address.isError) {
    return (
      <ErrorState
        title="The preview can’t be opened"
        message={errorText(address.error)}
        onRetry={() => void address.refetch()}
        className="min-h-0 flex-1"
      />
    );
  }
  return (
    <PreviewFrame
      ref={frameRef}
      address={address.data}
      title={`Preview: ${sourceLabel(source)}`}
      device={device}
      onLoad={onFrameLoad}
    />
  );
}

const PreviewSkeleton = () => (
  <div className="min-h-0 flex-1 p-4">
    <Skeleton className="h-full max-h-96" />
  </div>
);

async function openInTab(workroomId: string, source: PreviewSource, path: string): Promise<void> {
  // Opened before the ticket is there: a browser allows a new tab only right after the click.
  const tab = window.open("about:blank", "_blank");
  try {
    const address = await openPreviewAddress(workroomId, source, path);
    if (!tab) {
      showToast("The browser blocked the new tab. Allow pop-ups for Workroom.", { tone: "error" });
      return;
    }
    tab.opener = null;
    tab.location.replace(address);
  } catch (error) {
    tab?.close();
    showToast(errorText(error), { tone: "error" });
  }
}
