"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError, errorText } from "@/lib/client/api";
import { formatBytes } from "@/lib/client/format";
import { fileKeys } from "@/lib/client/queries/files";
import { uploadFile } from "@/lib/client/upload-file";

export type Upload = {
  id: string;
  name: string;
  size: number;
  sentBytes: number;
  state: "sending" | "done" | "failed";
  /** Where it lies in the workspace once it is there. */
  path: string | null;
  error: string | null;
};

type UploadsOptions = {
  /** The room the files go to; made when the first file comes, if there is none. */
  openRoom: () => Promise<string>;
  maxBytes: number;
};

const newUpload = (id: string, file: File): Upload => ({
  id,
  name: file.name,
  size: file.size,
  sentBytes: 0,
  state: "sending",
  path: null,
  error: null,
});

/** A slash or a NUL byte would name another place, and a name may have 255 bytes at most. */
const safeName = (name: string) => {
  const clean = name.replaceAll(/[/\\\0]/g, "_").replace(/^\.+$/, "_") || "file";
  return clean.length <= 80 ? clean : `${clean.slice(0, 60)}…${clean.slice(-18)}`;
};

/** "sales.csv", then "sales (2).csv". */
function nameOfTry(name: string, attempt: number): string {
  if (attempt === 1) return name;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  return `${stem} (${attempt})${ending}`;
}

const MAX_NAME_TRIES = 20;

async function uploadUnderFreeName(
  room: string,
  file: File,
  rest: { onProgress: (sent: number) => void; signal: AbortSignal },
) {
  for (let attempt = 1; ; attempt += 1) {
    const path = `input/${nameOfTry(safeName(file.name), attempt)}`;
    try {
      return await uploadFile({ workroomId: room, path, file, ...rest });
    } catch (error) {
      const isTaken = error instanceof ApiError && error.code === "conflict";
      if (!isTaken || attempt === MAX_NAME_TRIES) throw error;
    }
  }
}

/** Files on their way into a room, each with its progress; every one can be cancelled, and tried again. */
export function useUploads({ openRoom, maxBytes }: UploadsOptions) {
  const client = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const sources = useRef(new Map<string, { file: File; abort: AbortController }>());

  const change = (id: string, fields: Partial<Upload>) =>
    setUploads((list) =>
      list.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)),
    );

  const send = async (id: string, file: File) => {
    const abort = new AbortController();
    sources.current.set(id, { file, abort });
    if (file.size > maxBytes) {
      const error = `Too large: ${formatBytes(file.size)}. A file may have ${formatBytes(maxBytes)}.`;
      change(id, { state: "failed", error });
      return;
    }
    try {
      const room = await openRoom();
      const node = await uploadUnderFreeName(room, file, {
        signal: abort.signal,
        onProgress: (sentBytes) => change(id, { sentBytes }),
      });
      change(id, { state: "done", path: node.path, sentBytes: file.size });
      void client.invalidateQueries({ queryKey: fileKeys.all(room) });
    } catch (error) {
      if (!abort.signal.aborted) change(id, { state: "failed", error: errorText(error) });
    }
  };

  const add = (files: readonly File[]) => {
    for (const file of files) {
      const id = crypto.randomUUID();
      setUploads((list) => [...list, newUpload(id, file)]);
      void send(id, file);
    }
  };

  const remove = (id: string) => {
    sources.current.get(id)?.abort.abort();
    sources.current.delete(id);
    setUploads((list) => list.filter((upload) => upload.id !== id));
  };

  const retry = (id: string) => {
    const source = sources.current.get(id);
    if (!source) return;
    change(id, { state: "sending", sentBytes: 0, error: null });
    void send(id, source.file);
  };

  return { uploads, add, remove, retry, clear: () => setUploads([]) };
}
