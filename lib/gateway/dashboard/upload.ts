import type { IncomingMessage, ServerResponse } from "node:http";
import { bringFiles } from "@/lib/domain/checkpoint/bring-files";
import { recordUpload } from "@/lib/domain/file/record-upload";
import { removeUpload } from "@/lib/domain/file/remove-upload";
import { AppError } from "@/lib/errors";
import { sendJson } from "../answers";
import type { GatewayParts } from "../gateway-options";
import { requireRoomFor } from "./require-room-for";
import { roomContext } from "./room-context";
import { uploadPath } from "./upload-path";

const STALL_TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 12 * 60 * 60 * 1_000;

/**
 * `PUT /api/v1/workrooms/:workroomId/upload?path=`: streams a file into the room's `input/`. Everything is checked
 * before the first byte is read; an upload that breaks off leaves nothing behind.
 */
export async function takeUpload(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  workroomId: string,
): Promise<void> {
  const { ports } = options;
  if (request.method === "DELETE") return takeBack(request, response, options, workroomId);
  if (request.method !== "PUT")
    throw new AppError(
      "method_not_allowed",
      "Uploads are sent with PUT, and taken back with DELETE.",
    );
  const query = new URL(request.url ?? "/", ports.settings.appUrl).searchParams;
  const size = requireSize(request);
  const ctx = await roomContext(response, options, workroomId, "workroom.write");
  const path = uploadPath(query.get("path") ?? "");
  await requireRoomFor(ports, size);
  await bringFiles(ctx, workroomId);

  if (request.headers.expect !== undefined) response.writeContinue();
  const stall = () => request.destroy(new Error("The upload stalled."));
  request.socket.setTimeout(STALL_TIMEOUT_MS, stall);
  try {
    const written = await ports.host.writeFile(workroomId, path, request, {
      size,
      overwrite: query.get("overwrite") !== "0",
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
    sendJson(response, 201, await recordUpload(ctx, { workroomId, path: written.path }));
  } finally {
    request.socket.setTimeout(0);
    request.socket.off("timeout", stall);
  }
}

/** `DELETE …/upload?path=`: removes what was uploaded, a file or a folder of them. No other way changes `input/`. */
async function takeBack(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  workroomId: string,
): Promise<void> {
  const query = new URL(request.url ?? "/", options.ports.settings.appUrl).searchParams;
  const ctx = await roomContext(response, options, workroomId, "workroom.write");
  await removeUpload(ctx, { workroomId, path: uploadPath(query.get("path") ?? "") });
  sendJson(response, 200, {});
}

/** @throws AppError `invalid_input` without a length */
function requireSize(request: IncomingMessage): number {
  const length = request.headers["content-length"];
  if (length === undefined)
    throw new AppError("invalid_input", "An upload must say its length (Content-Length).");
  return Number(length);
}
