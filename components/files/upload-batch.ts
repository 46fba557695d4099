/** One file on its way up, as the page shows it. */
export type Upload = {
  id: string;
  path: string;
  size: number;
  sentBytes: number;
  state: "waiting" | "sending" | "done" | "failed" | "cancelled";
  /** Why it failed, in plain words. */
  message: string | null;
};

export type UploadChange =
  | { type: "added"; uploads: readonly Upload[] }
  | { type: "started"; id: string }
  | { type: "progress"; id: string; sentBytes: number }
  | { type: "ended"; id: string; state: "done" | "failed" | "cancelled"; message: string | null }
  | { type: "cleared" };

/** Takes in one change; a batch that is through makes room for the next one. */
export function changeUploads(uploads: readonly Upload[], change: UploadChange): readonly Upload[] {
  switch (change.type) {
    case "added":
      return [...(summarizeUploads(uploads).isActive ? uploads : []), ...change.uploads];
    case "started":
      return patch(uploads, change.id, { state: "sending" });
    case "progress":
      return patch(uploads, change.id, { sentBytes: change.sentBytes });
    case "ended":
      return patch(uploads, change.id, { state: change.state, message: change.message });
    case "cleared":
      return [];
  }
}

const patch = (uploads: readonly Upload[], id: string, fields: Partial<Upload>) =>
  uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload));

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
    isActive: uploads.some(({ state }) => state === "waiting" || state === "sending"),
    percent: Math.floor(bytes === 0 ? byCount : (sent / bytes) * 100),
  };
}
