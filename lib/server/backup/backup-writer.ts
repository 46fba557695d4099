import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { finished } from "node:stream/promises";
import { ZipFile } from "yazl";
import { INDEX_ENTRY, type BackupIndex } from "./backup-index";

type Measured = { sha256: string; bytes: number };

/** A zip file that grows entry by entry. Under its own name only once it is whole and on the disk. */
export class BackupWriter {
  private readonly zip = new ZipFile();
  private readonly written: Promise<void>;
  private readonly partial: string;

  /** @throws when the file can't be made */
  constructor(private readonly file: string) {
    this.partial = `${file}.partial`;
    const out = createWriteStream(this.partial, { mode: 0o600 });
    this.zip.on("error", (error) => out.destroy(error as Error));
    this.written = finished(this.zip.outputStream.pipe(out));
    this.written.catch(() => undefined); // told by whoever waits next
  }

  /** Adds one entry from a stream of any length, and says what it was. */
  async add(entry: string, body: Readable, { compress = true } = {}): Promise<Measured> {
    const hash = createHash("sha256");
    let bytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    body.once("error", (error) => measure.destroy(error));
    const read = finished(body.pipe(measure), { writable: false });
    this.zip.addReadStream(measure, entry, { compress, mode: 0o600 });
    await Promise.race([read, this.failed()]);
    return { sha256: hash.digest("hex"), bytes };
  }

  async finish(index: BackupIndex): Promise<void> {
    this.zip.addBuffer(Buffer.from(JSON.stringify(index)), INDEX_ENTRY, { mode: 0o600 });
    this.zip.end();
    await this.written;
    const handle = await open(this.partial, "r+");
    await handle.sync();
    await handle.close();
    await rename(this.partial, this.file);
  }

  async discard(): Promise<void> {
    await rm(this.partial, { force: true });
  }

  /** Never resolves; rejects when the file can't be written any more, for example on a full disk. */
  private async failed(): Promise<never> {
    await this.written;
    throw new Error("The backup's file ended before its content.");
  }
}
