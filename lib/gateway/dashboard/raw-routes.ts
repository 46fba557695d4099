import type { IncomingMessage, ServerResponse } from "node:http";
import type { GatewayParts } from "../gateway-options";
import { sendArchive } from "./archive";
import { sendAuditExport } from "./audit-export";
import { findRoomOf } from "../find-room-of";
import { openApp } from "./open-app";
import { sendDownload } from "./download";
import { streamEvents } from "./event-stream";
import { takePlugin } from "./plugin-upload";
import { takeResumableUpload } from "./resumable-upload";
import { streamCommand, streamForm, streamRun } from "./run-stream";
import { takeUpload } from "./upload";

export type RawRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
) => Promise<void>;

const streamRoute = /^\/api\/v1\/chats\/([^/?]+)\/events\/stream(?:\?|$)/;
const uploadsRoute =
  /^\/api\/v1\/work(?:room|space)s\/([^/?]+)\/uploads(?:\/([0-9a-z]{1,40}))?(?:\?|$)/;
const execRoute = /^\/api\/v1\/workspaces\/([^/?]+)\/exec(?:\?|$)/;
const runStreamRoute = /^\/api\/v1\/workspaces\/([^/?]+)\/runs\/([^/?]+)\/stream(?:\?|$)/;
const fileRoute = /^\/api\/v1\/work(?:room|space)s\/([^/?]+)\/(upload|download|archive)(?:\?|$)/;

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
  const [, workspaceId, uploadId = null] = uploadsRoute.exec(url) ?? [];
  if (workspaceId !== undefined)
    return async (request, response, options) => {
      const workroomId = await findRoomOf(options.ports, workspaceId);
      return takeResumableUpload(request, response, options, { workroomId, uploadId });
    };
  if (/^\/api\/v1\/plugins\/upload(?:\?|$)/.test(url)) return takePlugin;
  return runRoute(request, url) ?? roomFileRoute(url);
}

/** A command is answered at its end by its verb, unless a stream is asked for. */
function runRoute(request: IncomingMessage, url: string): RawRoute | null {
  const [, workspaceId, runId] = runStreamRoute.exec(url) ?? execRoute.exec(url) ?? [];
  if (workspaceId === undefined) return null;
  if (runId === undefined && (request.method !== "POST" || streamForm(request) === null))
    return null;
  return async (incoming, response, options) => {
    const target = { workspaceId, roomId: await findRoomOf(options.ports, workspaceId) };
    if (runId === undefined) return streamCommand(incoming, response, options, target);
    return streamRun(incoming, response, options, { ...target, runId });
  };
}

function roomFileRoute(url: string): RawRoute | null {
  const match = fileRoute.exec(url);
  if (match?.[1] === undefined) return null;
  const [, workspaceId, kind] = match;
  const answer = answers[kind as keyof typeof answers];
  return async (request, response, options) =>
    answer(request, response, options, await findRoomOf(options.ports, workspaceId));
}

const answers = { upload: takeUpload, download: sendDownload, archive: sendArchive };
