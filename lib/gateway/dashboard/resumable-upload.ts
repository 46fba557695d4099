import type { IncomingMessage, ServerResponse } from "node:http";
import { bringFiles } from "@/lib/domain/checkpoint/bring-files";
import type { Context } from "@/lib/domain/context";
import { openTree } from "@/lib/domain/file/open-tree";
import { recordUpload } from "@/lib/domain/file/record-upload";
import { contentStream, type OpenUpload, openUpload } from "@/lib/domain/file/upload-parts";
import { loadWorkspace } from "@/lib/domain/workspace/load-workspace";
import { AppError } from "@/lib/errors";
import { randomBase32 } from "@/lib/ids";
import { rootOf } from "@/lib/workspace/object-keys";
import type { GatewayParts } from "../gateway-options";
import { requireRoomFor } from "./require-room-for";
import { roomContext } from "./room-context";
import { uploadPath } from "./upload-path";

const STALL_TIMEOUT_MS = 60_000;
const FINISH_TIMEOUT_MS = 60 * 60 * 1_000;
const FINISH_LOCK_MS = 2 * 60 * 60 * 1_000;
const ID_LENGTH = 24;
const VERSION = { "tus-resumable": "1.0.0", "cache-control": "no-store" };

/**
 * Uploads that survive a lost connection, by the tus protocol 1.0.0 (https://tus.io, core, creation and termination):
 * `POST …/uploads` begins one (metadata `path`, `overwrite`), `HEAD …/uploads/:id` says how much is safe, `PATCH` sends
 * more, `DELETE` gives it up. The answer to the last piece names the file in `Workroom-Path`.
 */
export async function takeResumableUpload(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  { workroomId, uploadId }: { workroomId: string; uploadId: string | null },
): Promise<void> {
  const ctx = await roomContext(response, options, workroomId, "workroom.write");
  const root = rootOf(await loadWorkspace(ctx, "workroom.write", workroomId));
  const open = (id: string) => openUpload({ store: ctx.store, root, uploadId: id });
  if (uploadId === null) {
    if (request.method !== "POST") throw wrongMethod();
    const id = randomBase32(ID_LENGTH);
    await begin(ctx, request, workroomId, open(id));
    response.writeHead(201, {
      ...VERSION,
      location: `/api/v1/workrooms/${workroomId}/uploads/${id}`,
    });
    return void response.end();
  }
  const upload = open(uploadId);
  if (request.method === "HEAD") return sendOffset(response, upload);
  if (request.method === "PATCH")
    return takePiece(ctx, request, response, { workroomId, uploadId, upload });
  if (request.method !== "DELETE") throw wrongMethod();
  await upload.plan();
  await upload.remove();
  response.writeHead(204, VERSION).end();
}

/** Everything that can be known is checked before the first byte. */
async function begin(
  ctx: Context,
  { headers }: IncomingMessage,
  workroomId: string,
  upload: OpenUpload,
): Promise<void> {
  const size = wholeNumber(headers["upload-length"], "Upload-Length");
  const metadata = readMetadata(headers["upload-metadata"]);
  const path = uploadPath(metadata.get("path") ?? "");
  const overwrite = metadata.get("overwrite") !== "0";
  await requireRoomFor(ctx, size);
  if (!overwrite) {
    const tree = await openTree(ctx, workroomId);
    const isTaken = await tree.stat(path).then(
      () => true,
      () => false,
    );
    if (isTaken) throw new AppError("conflict", "A file with this name is there already.");
  }
  await upload.begin({ path, size, overwrite });
  if (size === 0) await finish(ctx, workroomId, upload);
}

async function sendOffset(response: ServerResponse, upload: OpenUpload): Promise<void> {
  const { size } = await upload.plan();
  response.writeHead(200, {
    ...VERSION,
    "upload-offset": await upload.offset(),
    "upload-length": size,
  });
  response.end();
}

type Target = { workroomId: string; uploadId: string; upload: OpenUpload };

async function takePiece(
  ctx: Context,
  request: IncomingMessage,
  response: ServerResponse,
  { workroomId, uploadId, upload }: Target,
): Promise<void> {
  if (request.headers["content-type"] !== "application/offset+octet-stream")
    throw new AppError("invalid_input", "A piece is sent as application/offset+octet-stream.");
  const offset = wholeNumber(request.headers["upload-offset"], "Upload-Offset");
  const plan = await upload.plan();
  if (offset !== (await upload.offset()))
    throw new AppError("conflict", "The upload stands at another place. Ask for it with HEAD.");
  const stall = () => request.destroy(new Error("The upload stalled."));
  request.socket.setTimeout(STALL_TIMEOUT_MS, stall);
  let next: number;
  try {
    // What breaks off here must still be answered on this connection.
    const body = request.iterator({ destroyOnReturn: false });
    next = await upload.append(offset, body, plan.size);
  } finally {
    request.socket.setTimeout(0);
    request.socket.off("timeout", stall);
  }
  const headers: Record<string, string | number> = { ...VERSION, "upload-offset": next };
  if (next === plan.size) {
    const lock = `upload:${uploadId}`;
    const path = await ctx.locks.withLock(lock, FINISH_LOCK_MS, () =>
      finish(ctx, workroomId, upload),
    );
    headers["workroom-path"] = encodeURIComponent(path);
  }
  response.writeHead(204, headers).end();
}

/** The pieces become the file; until it is in its place they stay, so that this can be asked for again. */
async function finish(ctx: Context, workroomId: string, upload: OpenUpload): Promise<string> {
  const { path, size, overwrite } = await upload.plan();
  await bringFiles(ctx, workroomId);
  const written = await ctx.host.writeFile(workroomId, path, contentStream(upload), {
    size,
    overwrite,
    timeoutMs: FINISH_TIMEOUT_MS,
  });
  await recordUpload(ctx, { workroomId, path: written.path });
  await upload.remove();
  return written.path;
}

function wholeNumber(text: string | string[] | undefined, name: string): number {
  const value = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value))
    throw new AppError("invalid_input", `${name} must be a number of bytes.`);
  return value;
}

/** `key base64,key base64` (tus, Upload-Metadata). */
function readMetadata(header: string | string[] | undefined): Map<string, string> {
  const pairs = typeof header === "string" ? header.split(",") : [];
  return new Map(
    pairs.map((pair) => {
      const [key = "", value = ""] = pair.trim().split(" ");
      return [key, Buffer.from(value, "base64").toString("utf8")];
    }),
  );
}

const wrongMethod = () =>
  new AppError("method_not_allowed", "Uploads in pieces know POST, HEAD, PATCH and DELETE.");
