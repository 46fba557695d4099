/** How a file is shown. `text` is the guess for everything else; the server says when it is none. */
export type FileKind = "image" | "table" | "text";

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  ico: "image/x-icon",
};

const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

export function fileKind(path: string): FileKind {
  const extension = extensionOf(path);
  if (extension in IMAGE_TYPES) return "image";
  if (extension === "csv" || extension === "tsv") return "table";
  return "text";
}

/** The media type a picture's bytes are shown as: never one that can hold scripts. */
export const imageType = (path: string): string =>
  IMAGE_TYPES[extensionOf(path)] ?? "application/octet-stream";
