import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { openTree, type RoomTree } from "@/lib/domain/file/open-tree";
import { walkFiles } from "@/lib/domain/file/walk-files";
import { AppError } from "@/lib/errors";
import type { FileNode } from "@/lib/protocol/files";
import { WorkspacePath } from "@/lib/protocol/paths";
import type { GatewayParts } from "../gateway-options";
import { attachment } from "./attachment";
import { roomContext } from "./room-context";

const READ_TIMEOUT_MS = 12 * 60 * 60 * 1_000;

/** What compressing once more would only make slower. */
const packed =
  /\.(zip|gz|tgz|bz2|xz|zst|7z|png|jpe?g|gif|webp|avif|mp[34]|m4[av]|webm|ogg|flac|docx|xlsx|pptx|pdf|woff2?)$/i;

/**
 * `GET /api/v1/workrooms/:workroomId/archive?path=`: a folder as a zip file, made while it is sent. A file that can't be
 * read breaks the answer off, so that nobody takes the part for the whole.
 */
export async function sendArchive(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  workroomId: string,
): Promise<void> {
  if (request.method !== "GET")
    throw new AppError("method_not_allowed", "Archives are asked for with GET.");
  const query = new URL(request.url ?? "/", options.ports.settings.appUrl).searchParams;
  const ctx = await roomContext(response, options, workroomId, "workroom.read");
  const parsed = WorkspacePath.safeParse(query.get("path") ?? "");
  if (!parsed.success) throw new AppError("invalid_input", "This is no path of a folder.");
  const folder = parsed.data;
  const tree = await openTree(ctx, workroomId);
  const node = await tree.stat(folder);
  if (node.type !== "directory")
    throw new AppError("invalid_input", "Only folders are sent as an archive.");
  response.writeHead(200, {
    "content-type": "application/zip",
    "content-disposition": attachment(`${node.name || "workspace"}.zip`),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  });
  const zip = new ZipFile();
  const sent = pipeline(zip.outputStream as Readable, response);
  try {
    await Promise.race([addFolder(zip, tree, folder), sent]);
    await sent;
  } catch (error) {
    response.destroy();
    await sent.catch(() => undefined);
    throw error;
  }
}

/** One file after another: the next is opened when the last byte of this one is on its way. */
async function addFolder(zip: ZipFile, tree: RoomTree, folder: string): Promise<void> {
  const start = folder === "" ? 0 : folder.length + 1;
  for await (const node of walkFiles(tree, folder)) await addNode(zip, tree, node, start);
  zip.end();
}

async function addNode(zip: ZipFile, tree: RoomTree, node: FileNode, start: number): Promise<void> {
  const name = node.path.slice(start);
  const mtime = new Date(node.modifiedAt);
  if (node.type === "directory") return zip.addEmptyDirectory(name, { mtime });
  // It may have been cut or removed since it was listed: then what is there now counts.
  const { body } = await tree.read(node.path, { timeoutMs: READ_TIMEOUT_MS });
  const read = finished(body, { writable: false });
  zip.addReadStream(body, name, { mtime, compress: !packed.test(name) });
  await read;
}
