import { ApiError, readProblem } from "@/lib/client/api";
import type { FileNode } from "@/lib/protocol/files";
import { uploadInPieces } from "./upload-in-pieces";
import type { UploadOptions } from "./upload-options";

/** From this size on a file is sent in pieces, so that a lost connection costs one piece and no more. */
const PIECES_FROM_BYTES = 32 * 1_048_576;

/** Brings one file into a room; resolves with the path it has there. */
export const uploadFile = (options: UploadOptions): Promise<string> =>
  options.file.size >= PIECES_FROM_BYTES ? uploadInPieces(options) : uploadAtOnce(options);

/** XMLHttpRequest, because fetch tells nothing about what was sent so far. */
function uploadAtOnce(options: UploadOptions): Promise<string> {
  const { workroomId, path, file, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/v1/workrooms/${workroomId}/upload?${new URLSearchParams({ path })}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onProgress?.(event.loaded));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        resolve((JSON.parse(request.responseText) as FileNode).path);
        return;
      }
      const retryAfter = request.getResponseHeader("retry-after");
      void readProblem(request.status, request.responseText, retryAfter).then(reject);
    });
    request.addEventListener("error", () =>
      reject(
        new ApiError("network", 0, "The upload was cut off. Check the connection and try again."),
      ),
    );
    request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
