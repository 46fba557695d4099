import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import type { RoomFiles } from "../files/room-files";

const count = z.coerce.number().int().nonnegative().optional();
const Query = z.object({
  path: z.string(),
  offset: count,
  length: count,
  size: count,
  overwrite: z.enum(["0", "1"]).default("0"),
  door: z.enum(["upload", "write"]).default("upload"),
  ifMatch: z.string().max(200).optional(),
});

/** `GET /files/:roomId?path=&offset=&length=` and `PUT /files/:roomId?path=&size=&overwrite=0|1&door=`. */
export function createFilesRoute(files: RoomFiles, maxUploadBytes: number) {
  return async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    const roomId = WorkroomId.safeParse(url.pathname.slice("/files/".length));
    const query = Query.safeParse(Object.fromEntries(url.searchParams));
    if (!roomId.success || !query.success)
      throw new AppError("invalid_input", "This request names no file.");
    if (req.method === "GET")
      return send(res, await files.read(roomId.data, query.data.path, query.data));
    if (req.method !== "PUT") throw new AppError("invalid_input", "Files are read or written.");

    const { path, overwrite, door, ifMatch } = query.data;
    const size = query.data.size ?? lengthOf(req);
    if (size !== undefined && size > maxUploadBytes) throw tooLarge();
    const body = Readable.from(capped(req, maxUploadBytes), { objectMode: false });
    const options = { size, overwrite: overwrite === "1", isUpload: door === "upload", ifMatch };
    const result = JSON.stringify({
      ok: true,
      result: await files.write(roomId.data, path, body, options),
    });
    res.writeHead(200, { "content-type": "application/json", connection: "close" });
    res.end(result);
  };
}

async function send(
  res: ServerResponse,
  file: Awaited<ReturnType<RoomFiles["read"]>>,
): Promise<void> {
  res.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": file.length,
    "x-file-size": file.size,
    etag: file.etag,
    connection: "close",
  });
  // A file that shrinks meanwhile breaks the answer off, so that nobody takes the part for the whole.
  await pipeline(file.body, res).catch(() => res.destroy());
}

async function* capped(req: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    yield chunk;
  }
}

const lengthOf = (req: IncomingMessage) => {
  const length = Number(req.headers["content-length"]);
  return Number.isSafeInteger(length) ? length : undefined;
};
const tooLarge = () => new AppError("too_large", "This file is larger than uploads may be.");
