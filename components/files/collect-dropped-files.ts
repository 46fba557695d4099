/** A file and where it goes below the folder it is dropped on: "photos/2024/a.jpg". */
export type PickedFile = { file: File; relativePath: string };

/** More than this in one go is a mistake more often than a wish. */
export const MAX_PICKED_FILES = 2_000;

/**
 * Every file of a drop, folders included. The entries must be taken in the event itself: the browser forgets them
 * when the handler returns.
 */
export function collectDroppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  return (async () => {
    const picked: PickedFile[] = [];
    for (const entry of entries) if (entry) await collectEntry(entry, picked);
    if (picked.length > 0) return picked;
    return plain.map((file) => ({ file, relativePath: file.name }));
  })();
}

/** Files of an `<input type="file">`; with `webkitdirectory` they carry their folder. */
export const collectChosenFiles = (files: FileList): PickedFile[] =>
  [...files]
    .slice(0, MAX_PICKED_FILES)
    .map((file) => ({ file, relativePath: file.webkitRelativePath || file.name }));

async function collectEntry(entry: FileSystemEntry, picked: PickedFile[]): Promise<void> {
  if (picked.length >= MAX_PICKED_FILES) return;
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    picked.push({ file, relativePath: entry.fullPath.replace(/^\//, "") });
    return;
  }
  if (!isFolderEntry(entry)) return;
  const reader = entry.createReader();
  // A reader gives its children in batches and an empty one at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await collectEntry(child, picked);
  }
}

const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolderEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;
