"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useReducer, useRef } from "react";
import { errorText } from "@/lib/client/api";
import { formatBytes } from "@/lib/client/format";
import { fileKeys } from "@/lib/client/queries/files";
import { TaskLine } from "./task-line";
import { changeUploads, isUnderWay, type Upload } from "./upload-batch";
import { uploadFile } from "./upload-file";
import { uploadUnderFreeName } from "./upload-under-free-name";

/** A few at once fill the line; more would only make each one slower to show up. */
const AT_ONCE = 3;

/** A file and the workspace path it goes to. */
export type FileToUpload = { file: File; path: string };

type UploadsOptions = {
  /** The room the files go to; made when the first file comes, if there is none. */
  openRoom: () => Promise<string>;
  maxBytes: number | undefined;
  /** Takes another name when one is taken; otherwise a taken name is a failure that the person sees. */
  findsFreeName?: boolean;
};

type Source = FileToUpload & { abort: AbortController };

/** Files on their way into a room, each with its progress; every one can be cancelled, and tried again. */
export function useUploads(options: UploadsOptions) {
  const { maxBytes } = options;
  const [uploads, dispatch] = useReducer(changeUploads, []);
  const sources = useRef(new Map<string, Source>());
  const line = useRef(new TaskLine(AT_ONCE));
  useEffect(() => {
    const known = sources.current;
    return () => abortAll(known);
  }, []);
  useRefresh(uploads, options.openRoom);

  const enqueue = (id: string, { file, path }: FileToUpload) => {
    const source = { file, path, abort: new AbortController() };
    const change = (fields: Partial<Upload>) => dispatch({ type: "changed", id, fields });
    sources.current.set(id, source);
    if (maxBytes !== undefined && file.size > maxBytes) {
      const message = `Too large: ${formatBytes(file.size)}. A file may have ${formatBytes(maxBytes)}.`;
      change({ state: "failed", message });
    } else {
      change({ state: "waiting", sentBytes: 0, message: null });
      line.current.add(() => sendOne(source, options, change));
    }
  };

  return {
    uploads,
    add: (files: readonly FileToUpload[]) => {
      const added = files.map((wish) => ({ wish, upload: newUpload(wish) }));
      dispatch({ type: "added", uploads: added.map(({ upload }) => upload) });
      for (const { wish, upload } of added) enqueue(upload.id, wish);
    },
    retry: (id: string) => {
      const source = sources.current.get(id);
      if (source) enqueue(id, source);
    },
    remove: (id: string) => {
      sources.current.get(id)?.abort.abort();
      sources.current.delete(id);
      dispatch({ type: "removed", id });
    },
    cancelAll: () => {
      abortAll(sources.current);
      dispatch({ type: "all_cancelled" });
    },
    clear: () => dispatch({ type: "cleared" }),
    clearFinished: () => dispatch({ type: "finished_cleared" }),
  };
}

async function sendOne(
  { file, path, abort: { signal } }: Source,
  { openRoom, findsFreeName }: UploadsOptions,
  change: (fields: Partial<Upload>) => void,
): Promise<void> {
  if (signal.aborted) return;
  change({ state: "sending" });
  try {
    const workroomId = await openRoom();
    const upload = findsFreeName ? uploadUnderFreeName : uploadFile;
    const onProgress = (sentBytes: number) => change({ sentBytes });
    const arrivedAt = await upload({ workroomId, path, file, signal, onProgress });
    change({ state: "done", path: arrivedAt, sentBytes: file.size });
  } catch (error) {
    if (!signal.aborted) change({ state: "failed", message: errorText(error) });
  }
}

/** Lists of files are read again once a batch is through: after each file would be a storm. */
function useRefresh(uploads: readonly Upload[], openRoom: UploadsOptions["openRoom"]): void {
  const client = useQueryClient();
  const isThrough = !uploads.some(isUnderWay) && uploads.some(({ state }) => state === "done");
  const refresh = useEffectEvent(async () => {
    await client.invalidateQueries({ queryKey: fileKeys.all(await openRoom()) });
  });
  useEffect(() => {
    if (isThrough) void refresh();
  }, [isThrough]);
}

function abortAll(sources: ReadonlyMap<string, Source>): void {
  for (const { abort } of sources.values()) abort.abort();
}

const newUpload = ({ file, path }: FileToUpload): Upload => ({
  id: crypto.randomUUID(),
  path,
  name: file.name,
  size: file.size,
  sentBytes: 0,
  state: "waiting",
  message: null,
});
