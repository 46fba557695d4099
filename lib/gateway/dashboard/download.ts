import type { IncomingMessage, ServerResponse } from "node:http";
import { openTree } from "@/lib/domain/file/open-tree";
import { AppError } from "@/lib/errors";
import { WorkspacePath } from "@/lib/protocol/paths";
import type { GatewayParts } from "../gateway-options";
import { sendBytes } from "../send-bytes";
import { attachment } from "./attachment";
import { roomContext } from "./room-context";

const DOWNLOAD_TIMEOUT_MS = 12 * 60 * 60 * 1_000;

/**
 * `GET /api/v1/workrooms/:workroomId/download?path=`: a file, always as a download. Nothing a room has made is ever
 * shown on the dashboard's own origin.
 */
export async function sendDownload(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  workroomId: string,
): Promise<void> {
  const { ports } = options;
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new AppError("method_not_allowed", "Downloads are asked for with GET.");
  const query = new URL(request.url ?? "/", ports.settings.appUrl).searchParams;
  const ctx = await roomContext(response, options, workroomId, "workroom.read");
  const parsed = WorkspacePath.safeParse(query.get("path") ?? "");
  if (!parsed.success) throw new AppError("invalid_input", "This is no path of a file.");
  const path = parsed.data;
  const tree = await openTree(ctx, workroomId);
  const node = await tree.stat(path);
  if (node.type !== "file")
    throw new AppError("invalid_input", "Only files can be downloaded, not folders.");
  await sendBytes(request, response, {
    size: node.size,
    etag: null,
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": attachment(node.name),
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "private, no-store",
    },
    open: async ({ start, length }) => {
      const read = { offset: start, length, timeoutMs: DOWNLOAD_TIMEOUT_MS };
      return (await tree.read(path, read)).body;
    },
  });
}
