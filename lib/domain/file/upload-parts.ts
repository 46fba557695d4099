import { Readable } from "node:stream";
import { z } from "zod";
import { AppError, notFound } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import { uploadPrefix } from "@/lib/workspace/object-keys";

/** An interrupted upload loses at most what is in memory of one part. */
const PART_BYTES = 8 * 1_048_576;
const MAX_PARTS = 100_000;
const DIGITS = 15;

const Plan = z.object({
  path: z.string(),
  size: z.number().int().nonnegative(),
  overwrite: z.boolean(),
});
export type UploadPlan = z.infer<typeof Plan>;

type Place = { store: ObjectStore; root: string; uploadId: string };

/**
 * An upload that comes in pieces, over hours and several connections if need be. Its pieces are objects named by where
 * they begin, so any web can go on with it, and what was answered for is never asked for again.
 */
export function openUpload({ store, root, uploadId }: Place) {
  const prefix = uploadPrefix(root, uploadId);
  const planKey = `${prefix}/plan`;

  /** Pieces that follow one another without a gap from the start. */
  async function parts(): Promise<{ keys: string[]; offset: number }> {
    const keys: string[] = [];
    let offset = 0;
    for (const key of await store.list(`${prefix}/part-`, { limit: MAX_PARTS })) {
      const [start, length] = key.slice(`${prefix}/part-`.length).split("-").map(Number);
      if (start !== offset || !length) continue; // of a connection that was overtaken by another
      keys.push(key);
      offset += length;
    }
    return { keys, offset };
  }

  return {
    async begin(plan: UploadPlan): Promise<void> {
      await store.put(planKey, Buffer.from(JSON.stringify(plan)));
    },

    /** @throws AppError `not_found` for an upload that never began, has ended or was given up */
    async plan(): Promise<UploadPlan> {
      const text = await store.getBytes(planKey).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "not_found") throw notFound("Upload");
        throw error;
      });
      return Plan.parse(JSON.parse(text.toString("utf8")));
    },

    /** Bytes that are safe. */
    offset: async (): Promise<number> => (await parts()).offset,

    /** Keeps a piece that begins at `offset`, also as far as it came when it breaks off. Resolves with the new offset. */
    async append(offset: number, body: AsyncIterable<Buffer>, maxBytes: number): Promise<number> {
      let position = offset;
      let waiting: Buffer[] = [];
      let bytes = 0;
      const keep = async () => {
        if (bytes === 0) return;
        const start = String(position).padStart(DIGITS, "0");
        await store.put(`${prefix}/part-${start}-${bytes}`, Buffer.concat(waiting));
        position += bytes;
        waiting = [];
        bytes = 0;
      };
      try {
        for await (const chunk of body) {
          if (position + bytes + chunk.length > maxBytes)
            throw new AppError("invalid_input", "More bytes came than the upload said it has.");
          waiting.push(chunk);
          bytes += chunk.length;
          if (bytes >= PART_BYTES) await keep();
        }
      } finally {
        await keep();
      }
      return position;
    },

    async *content(): AsyncGenerator<Buffer> {
      for (const key of (await parts()).keys) yield* await store.get(key);
    },

    async remove(): Promise<void> {
      await store.delete(planKey);
      for (const key of await store.list(`${prefix}/`, { limit: MAX_PARTS + 1 }))
        await store.delete(key);
    },
  };
}
export type OpenUpload = ReturnType<typeof openUpload>;

export const contentStream = (upload: OpenUpload): Readable =>
  Readable.from(upload.content(), { objectMode: false });
