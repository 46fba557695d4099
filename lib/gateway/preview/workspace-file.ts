import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { openTree, type RoomTree } from "@/lib/domain/file/open-tree";
import { AppError, notFound } from "@/lib/errors";
import type { FileNode } from "@/lib/protocol/files";
import { sendRedirect } from "../answers";
import { contentType } from "../content-type";
import type { GatewayOptions } from "../gateway-options";
import { sendBytes } from "../send-bytes";
import { readUrlPath, toUrlPath, urlQuery } from "../url-path";
import { isForFrame, takesScript } from "./framed-page";
import { insertScript } from "./insert-script";
import { pageScriptTag } from "./page-script";

const READ_TIMEOUT_MS = 60 * 60 * 1_000;

/** Serves a file of the workspace on the preview's own host, awake or asleep: pages that need no server. */
export async function sendWorkspaceFile(
  request: IncomingMessage,
  response: ServerResponse,
  { ports }: GatewayOptions,
  room: { id: string; orgId: string },
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new AppError("invalid_input", "Files are only read here.");
  const url = request.url ?? "/";
  const wanted = readUrlPath(url);
  if (wanted === null) throw notFound("File");
  const tree = await openTree({ ...ports, orgId: room.orgId }, room.id);
  const node = await tree.stat(wanted.path);
  if (node.type === "directory" && !wanted.isFolder)
    return sendRedirect(response, `${toUrlPath(wanted.path)}/${urlQuery(url)}`);
  const file = wanted.isFolder ? await indexOf(tree, node) : node;
  if (file.type !== "file") throw notFound("File");
  const headers = {
    "content-type": contentType(file.path),
    "x-content-type-options": "nosniff",
    "content-security-policy": `frame-ancestors ${ports.settings.appUrl.origin}`,
    "origin-agent-cluster": "?1",
  };
  if (isForFrame(request) && takesScript(200, Object.entries(headers))) {
    const { body } = await tree.read(file.path, { timeoutMs: READ_TIMEOUT_MS });
    response.writeHead(200, { ...headers, "cache-control": "no-store" });
    return pipeline(body, insertScript(pageScriptTag), response);
  }
  await sendBytes(request, response, {
    size: file.size,
    etag: `"${file.size.toString(36)}-${Date.parse(file.modifiedAt).toString(36)}"`,
    headers: { ...headers, "cache-control": "private, no-cache" },
    open: async ({ start, length }) => {
      const read = { offset: start, length, timeoutMs: READ_TIMEOUT_MS };
      return (await tree.read(file.path, read)).body;
    },
  });
}

/** The page that stands for a folder. */
async function indexOf(tree: RoomTree, folder: FileNode): Promise<FileNode> {
  if (folder.type !== "directory") throw notFound("File");
  const path = folder.path === "" ? "index.html" : `${folder.path}/index.html`;
  return tree.stat(path);
}
