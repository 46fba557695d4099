"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useRef } from "react";
import { errorText } from "@/lib/client/api";
import { formatBytes } from "@/lib/client/format";
import { fileKeys } from "@/lib/client/queries/files";
import { uploadFile } from "@/lib/client/upload-file";
import type { PickedFile } from "./collect-dropped-files";
import { joinPath } from "./tree-model";
import { changeUploads, type Upload } from "./upload-batch";

/** A few at once fill the line; more would only make each one slower to show up. */
const AT_ONCE = 3;

/** Sends files into a room, a few at a time, and tells how far they are. */
export function useUploads(workroomId: string, maxBytes: number | undefined) {
  const client = useQueryClient();
  const [uploads, dispatch] = useReducer(changeUploads, []);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const sendOne = async (upload: Upload, file: File, signal: AbortSignal) => {
    const end = (state: "done" | "failed" | "cancelled", message: string | null = null) =>
      dispatch({ type: "ended", id: upload.id, state, message });
    if (signal.aborted) return end("cancelled");
    if (maxBytes !== undefined && file.size > maxBytes) {
      return end("failed", `Larger than the limit of ${formatBytes(maxBytes)}`);
    }
    dispatch({ type: "started", id: upload.id });
    try {
      await uploadFile({
        workroomId,
        path: upload.path,
        file,
        signal,
        onProgress: (sentBytes) => dispatch({ type: "progress", id: upload.id, sentBytes }),
      });
      end("done");
    } catch (error) {
      if (signal.aborted) end("cancelled");
      else end("failed", errorText(error));
    }
  };

  const start = async (folder: string, picked: readonly PickedFile[]) => {
    const batch = picked.map(({ file, relativePath }) => ({
      file,
      upload: newUpload(joinPath(folder, relativePath), file.size),
    }));
    dispatch({ type: "added", uploads: batch.map(({ upload }) => upload) });
    abort.current ??= new AbortController();
    const { signal } = abort.current;
    const queue = batch.values();
    const sendRest = async () => {
      for (const { upload, file } of queue) await sendOne(upload, file, signal);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendRest));
    await client.invalidateQueries({ queryKey: fileKeys.all(workroomId) });
  };

  return {
    uploads,
    start,
    cancel: () => {
      abort.current?.abort();
      abort.current = null;
    },
    clear: () => dispatch({ type: "cleared" }),
  };
}

const newUpload = (path: string, size: number): Upload => ({
  id: crypto.randomUUID(),
  path,
  size,
  sentBytes: 0,
  state: "waiting",
  message: null,
});
