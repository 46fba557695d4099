import { downloadUrl } from "@/lib/client/queries/files";
import { baseName } from "./tree-model";

/** Hands the file to the browser's own downloads: they show progress, can be cancelled, and hold any size. */
export function saveDownload(workroomId: string, path: string): void {
  const link = document.createElement("a");
  link.href = downloadUrl(workroomId, path);
  link.download = baseName(path);
  document.body.append(link);
  link.click();
  link.remove();
}
