/** One file on its way up, as the page shows it. */
export type Upload = {
  id: string;
  /** Where it goes in the workspace; where it lies, once it is `done`. */
  path: string;
  name: string; // as the person has it
  size: number;
  sentBytes: number;
  state: "waiting" | "sending" | "done" | "failed" | "cancelled";
  /** Why it failed, in plain words. */
  message: string | null;
};

export type UploadChange =
  | { type: "added"; uploads: readonly Upload[] }
  | { type: "changed"; id: string; fields: Partial<Upload> }
  | { type: "removed"; id: string }
  | { type: "all_cancelled" }
  | { type: "finished_cleared" }
  | { type: "cleared" };

export const isUnderWay = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending";

export function changeUploads(uploads: readonly Upload[], change: UploadChange): readonly Upload[] {
  switch (change.type) {
    case "added":
      return [...uploads, ...change.uploads];
    case "changed":
      return uploads.map((upload) =>
        upload.id === change.id ? { ...upload, ...change.fields } : upload,
      );
    case "removed":
      return uploads.filter(({ id }) => id !== change.id);
    case "all_cancelled":
      return uploads.map((upload) =>
        isUnderWay(upload) ? { ...upload, state: "cancelled" } : upload,
      );
    case "finished_cleared":
      return uploads.some(isUnderWay) ? uploads : [];
    case "cleared":
      return [];
  }
}

export type UploadSummary = {
  total: number;
  done: number;
  failed: readonly Upload[];
  isActive: boolean;
  /** 0 to 100, by bytes; cancelled and failed files don't count. */
  percent: number;
};

export function summarizeUploads(uploads: readonly Upload[]): UploadSummary {
  const counted = uploads.filter(
    (upload) => upload.state !== "failed" && upload.state !== "cancelled",
  );
  const bytes = counted.reduce((sum, upload) => sum + upload.size, 0);
  const sent = counted.reduce(
    (sum, upload) =>
      sum + (upload.state === "done" ? upload.size : Math.min(upload.sentBytes, upload.size)),
    0,
  );
  const done = counted.filter((upload) => upload.state === "done").length;
  const byCount = counted.length === 0 ? 100 : (done / counted.length) * 100;
  return {
    total: uploads.length,
    done,
    failed: uploads.filter((upload) => upload.state === "failed"),
    isActive: uploads.some(isUnderWay),
    percent: Math.floor(bytes === 0 ? byCount : (sent / bytes) * 100),
  };
}
