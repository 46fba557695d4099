export type UploadOptions = {
  workroomId: string;
  /** Where it goes, a workspace path: "input/sales.csv". */
  path: string;
  file: Blob;
  onProgress?: (sentBytes: number) => void;
  signal?: AbortSignal;
};
