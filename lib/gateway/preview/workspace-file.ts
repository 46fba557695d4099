import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, notFound } from "@/lib/errors";
import type { FileNode } from "@/lib/protocol/files";
import { sendRedirect } from "../answers";
import { contentType } from "../content-type";
import type { GatewayOptions } from "../gateway-options";
import { sendBytes } from "../send-bytes";
import { readUrlPath, toUrlPath } from "../url-path";

/** Serves a file of the workspace on the preview's own host, awake or asleep: pages that need no server. */
export async function sendWorkspaceFile(
  request: IncomingMessage,
  response: ServerResponse,
  { ports }: GatewayOptions,
  roomId: string,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new AppError("invalid_input", "Files are only read here.");
  const wanted = readUrlPath(request.url ?? "/");
  if (wanted === null) throw notFound("File");
  let node = await ports.host.call("statFile", { roomId, path: wanted.path });
  if (node.type === "directory") {
    if (!wanted.isFolder) {
      const query = (request.url ?? "").match(/\?.*$/)?.[0] ?? "";
      return sendRedirect(response, `${toUrlPath(wanted.path)}/${query}`);
    }
    const index = wanted.path === "" ? "index.html" : `${wanted.path}/index.html`;
    node = await ports.host.call("statFile", { roomId, path: index });
  } else if (wanted.isFolder) throw notFound("File");
  if (node.type !== "file") throw notFound("File");
  await sendNode(
    request,
    response,
    node,
    (start, length) =>
      ports.host
        .readFile(roomId, node.path, { offset: start, length, timeoutMs: READ_TIMEOUT_MS })
        .then((file) => file.body),
    ports.settings.appUrl.origin,
  );
}

const READ_TIMEOUT_MS = 60 * 60 * 1_000;

const sendNode = (
  request: IncomingMessage,
  response: ServerResponse,
  node: FileNode,
  open: (start: number, length: number) => ReturnType<Parameters<typeof sendBytes>[2]["open"]>,
  frameAncestor: string,
) =>
  sendBytes(request, response, {
    size: node.size,
    etag: `"${node.size.toString(36)}-${Date.parse(node.modifiedAt).toString(36)}"`,
    headers: {
      "content-type": contentType(node.path),
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
      "content-security-policy": `frame-ancestors ${frameAncestor}`,
      "origin-agent-cluster": "?1",
    },
    open: ({ start, length }) => open(start, length),
  });
