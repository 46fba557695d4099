/** How a file is shown. `text` is the guess for everything else; the server says when it is none. */
export type FileKind =
  | "image"
  | "svg"
  | "table"
  | "markdown"
  | "pdf"
  | "word"
  | "sheet"
  | "slides"
  | "media"
  | "text";

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

const KINDS: Readonly<Record<string, FileKind>> = {
  svg: "svg",
  csv: "table",
  tsv: "table",
  md: "markdown",
  markdown: "markdown",
  pdf: "pdf",
  docx: "word",
  xlsx: "sheet",
  pptx: "slides",
  mp3: "media",
  m4a: "media",
  aac: "media",
  flac: "media",
  wav: "media",
  ogg: "media",
  mp4: "media",
  m4v: "media",
  webm: "media",
  mov: "media",
};

const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

export function fileKind(path: string): FileKind {
  const extension = extensionOf(path);
  if (Object.hasOwn(IMAGE_TYPES, extension)) return "image";
  return (Object.hasOwn(KINDS, extension) && KINDS[extension]) || "text";
}

/** What a kind is called on the button that goes back to it from its text; null: it has no text to show. */
export const viewNames: Readonly<Partial<Record<FileKind, string>>> = {
  table: "table",
  markdown: "document",
  svg: "picture",
};

/** The media type a picture's bytes are shown as: never one that can hold scripts. */
export const imageType = (path: string): string =>
  IMAGE_TYPES[extensionOf(path)] ?? "application/octet-stream";
