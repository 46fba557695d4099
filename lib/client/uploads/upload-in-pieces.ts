import { ApiError, readProblem } from "@/lib/client/api";
import type { UploadOptions } from "./upload-options";

const PIECE_BYTES = 64 * 1_048_576;
/** A lost connection is tried again for about ten minutes. */
const RETRY_DELAYS_MS = [500, 1_000, 3_000, 5_000, 10_000, ...Array<number>(20).fill(30_000)];

/**
 * Uploads a large file in pieces (tus 1.0.0): after a lost connection, and after the page was closed and the same file is
 * chosen again, it goes on where it stood. Resolves with the path the file has.
 */
export async function uploadInPieces(options: UploadOptions): Promise<string> {
  const { workroomId, path, file, onProgress, signal } = options;
  const { DetailedError, Upload } = await import("tus-js-client");
  return new Promise((resolve, reject) => {
    const upload = new Upload(file as File, {
      endpoint: `/api/v1/workrooms/${workroomId}/uploads`,
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      metadata: { path },
      removeFingerprintOnSuccess: true,
      fingerprint: async () =>
        [
          "workroom",
          workroomId,
          path,
          file.size,
          file instanceof File ? file.lastModified : 0,
        ].join("|"),
      onProgress: (sent) => onProgress?.(sent),
      // What the server refused in words stays refused; only what never arrived is sent again.
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status === 423 || status >= 500;
      },
      onSuccess: ({ lastResponse }) =>
        resolve(decodeURIComponent(lastResponse.getHeader("workroom-path") ?? path)),
      onError: (error) => {
        const answer = error instanceof DetailedError ? error.originalResponse : null;
        if (!answer) {
          const text = "The upload was cut off. Check the connection and try again.";
          return reject(new ApiError("network", 0, text));
        }
        void readProblem(answer.getStatus(), answer.getBody(), null).then(reject);
      },
    });
    signal?.addEventListener(
      "abort",
      () => {
        void upload.abort(true).catch(() => undefined);
        reject(new DOMException("Cancelled", "AbortError"));
      },
      { once: true },
    );
    void upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous);
      if (!signal?.aborted) upload.start();
    });
  });
}
