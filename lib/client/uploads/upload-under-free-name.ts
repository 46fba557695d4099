import { ApiError } from "@/lib/client/api";
import { uploadFile } from "./upload-file";
import type { UploadOptions } from "./upload-options";

const MAX_NAME_TRIES = 20;

/** Uploads beside what is there: "input/sales.csv" is "input/sales (2).csv" when the first name is taken. */
export async function uploadUnderFreeName(options: UploadOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await uploadFile({ ...options, path: pathOfTry(options.path, attempt) });
    } catch (error) {
      const isTaken = error instanceof ApiError && error.code === "conflict";
      if (!isTaken || attempt === MAX_NAME_TRIES) throw error;
    }
  }
}

export function pathOfTry(path: string, attempt: number): string {
  if (attempt === 1) return path;
  const nameAt = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  // A dot at the start of a name begins no ending.
  const end = dot > nameAt ? dot : path.length;
  return `${path.slice(0, end)} (${attempt})${path.slice(end)}`;
}
