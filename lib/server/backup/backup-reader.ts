import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { AppError } from "@/lib/errors";
import { BACKUP_FORMAT, BackupIndex, INDEX_ENTRY, listEntries } from "./backup-index";

const MAX_INDEX_BYTES = 512_000_000;

const damaged = (what: string, cause?: unknown) =>
  new AppError(
    "invalid_input",
    `This is no whole backup of Workroom: ${what}. Nothing was changed.`,
    {
      cause,
    },
  );

/** A backup's file, of which nothing is believed that its index and hashes don't confirm. */
export class BackupReader {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    readonly index: BackupIndex,
  ) {}

  /** @throws AppError `invalid_input` for a file that is no backup, is cut off, or is of a newer product */
  static async open(file: string): Promise<BackupReader> {
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false }).catch(
      (cause: Error) => {
        throw damaged(`it can't be read as a zip file (${cause.message})`, cause);
      },
    );
    try {
      const entries = await readEntries(zip);
      const index = await readIndex(zip, entries.get(INDEX_ENTRY));
      const named = new Set(listEntries(index).map(({ entry }) => entry));
      for (const name of entries.keys())
        if (name !== INDEX_ENTRY && !named.has(name)) throw damaged(`${name} is not in its index`);
      return new BackupReader(zip, entries, index);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** Reads every part once. @throws AppError `invalid_input` naming the first that is missing or changed */
  async verify(): Promise<void> {
    for (const { entry, sha256, bytes } of listEntries(this.index)) {
      const hash = createHash("sha256");
      let size = 0;
      const body = await this.read(entry);
      await pipeline(body, async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          size += chunk.length;
        }
      }).catch((cause: unknown) => {
        throw damaged(`${entry} can't be read`, cause);
      });
      if (size !== bytes || hash.digest("hex") !== sha256)
        throw damaged(`${entry} is not what was saved`);
    }
  }

  /** @throws AppError `invalid_input` */
  async read(name: string): Promise<Readable> {
    const entry = this.entries.get(name);
    if (!entry) throw damaged(`${name} is missing`);
    return this.zip.openReadStreamPromise(entry);
  }

  close(): void {
    this.zip.close();
  }
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw damaged(`it has ${entry.fileName} twice`);
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : damaged("its list of parts is broken", cause);
  }
  return entries;
}

async function readIndex(zip: ZipFile, entry: Entry | undefined): Promise<BackupIndex> {
  if (!entry) throw damaged("it has no index");
  if (entry.uncompressedSize > MAX_INDEX_BYTES) throw damaged("its index is too large");
  let value: unknown;
  try {
    value = JSON.parse((await buffer(await zip.openReadStreamPromise(entry))).toString("utf8"));
  } catch (cause) {
    throw damaged("its index can't be read", cause);
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > BACKUP_FORMAT)
    throw new AppError(
      "invalid_input",
      "This backup was made by a newer Workroom. Update this one first, then restore it.",
    );
  const index = BackupIndex.safeParse(value);
  if (!index.success) throw damaged("its index is not what this version writes", index.error);
  return index.data;
}
