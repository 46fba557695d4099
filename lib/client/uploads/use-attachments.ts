"use client";
import { type FileToUpload, useUploads } from "./use-uploads";

type AttachmentsOptions = Pick<Parameters<typeof useUploads>[0], "openRoom" | "maxBytes">;

/** A slash or a NUL byte would name another place, and a name may have 255 bytes at most. */
const safeName = (name: string) => {
  const clean = name.replaceAll(/[/\\\0]/g, "_").replace(/^\.+$/, "_") || "file";
  return clean.length <= 80 ? clean : `${clean.slice(0, 60)}…${clean.slice(-18)}`;
};

const inInput = (file: File): FileToUpload => ({ file, path: `input/${safeName(file.name)}` });

export type Attachments = ReturnType<typeof useAttachments>;

/** Files that go with a message: they land in input/, each under a name of its own. */
export function useAttachments(options: AttachmentsOptions) {
  const uploads = useUploads({ ...options, findsFreeName: true });
  return { ...uploads, add: (files: readonly File[]) => uploads.add(files.map(inInput)) };
}
