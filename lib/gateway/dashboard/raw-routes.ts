import type { IncomingMessage, ServerResponse } from "node:http";
import type { GatewayParts } from "../gateway-options";
import { sendAuditExport } from "./audit-export";
import { openApp } from "./open-app";
import { sendDownload } from "./download";
import { streamEvents } from "./event-stream";
import { takeUpload } from "./upload";

export type RawRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
) => Promise<void>;

const streamRoute = /^\/api\/v1\/chats\/([^/?]+)\/events\/stream(?:\?|$)/;
const fileRoute = /^\/api\/v1\/workrooms\/([^/?]+)\/(upload|download)(?:\?|$)/;

/**
 * The routes that stream, which Next can't: it buffers bodies and drops Content-Length. A path that is none of them goes
 * to Next.
 */
export function rawRoute(request: IncomingMessage): RawRoute | null {
  const url = request.url ?? "/";
  if (/^\/apps\/open(?:\?|$)/.test(url)) return openApp;
  const chatId = streamRoute.exec(url)?.[1];
  if (chatId !== undefined)
    return (request, response, options) => streamEvents(request, response, options, chatId);
  if (/^\/api\/v1\/audit\/export(?:\?|$)/.test(url)) return sendAuditExport;
  const match = fileRoute.exec(url);
  if (match?.[1] === undefined) return null;
  const workroomId = match[1];
  return match[2] === "upload"
    ? (request, response, options) => takeUpload(request, response, options, workroomId)
    : (request, response, options) => sendDownload(request, response, options, workroomId);
}
