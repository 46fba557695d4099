import { archiveUrl, downloadUrl } from "@/lib/client/queries/files";
import { baseName } from "./tree-model";

/** Hands the file to the browser's own downloads: they show progress, can be cancelled, and hold any size. */
export const saveDownload = (workspaceId: string, path: string): void =>
  save(downloadUrl(workspaceId, path), baseName(path));

/** The same for a folder, as a zip file. */
export const saveArchive = (workspaceId: string, path: string): void =>
  save(archiveUrl(workspaceId, path), `${baseName(path) || "workspace"}.zip`);

function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
