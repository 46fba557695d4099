import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Workroom } from "@/lib/db/schema";
import type { PersonActor } from "@/lib/domain/context";
import { findPreviewRoom } from "@/lib/domain/workroom/find-preview-room";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { AppError, notFound } from "@/lib/errors";
import { AccessCheck } from "../access-check";
import { readAccess } from "../access-token";
import { sendPage } from "../answers";
import type { GatewayParts } from "../gateway-options";
import type { HostMatch } from "../match-host";
import { OPEN_PATH, openDoor } from "../open-door";
import { PAGE_SCRIPT_PATH, sendPageScript } from "./page-script";
import { requireNeighbourKeptOut, requirePreviewOrigin } from "./preview-origin";
import { proxyRequest } from "./proxy-request";
import { proxyUpgrade } from "./proxy-upgrade";
import { sendWorkspaceFile } from "./workspace-file";

type PreviewMatch = Extract<HostMatch, { kind: "preview" }>;
type PreviewRoom = Pick<Workroom, "id" | "orgId" | "state" | "previewKey">;

type PreviewAccess = { room: PreviewRoom; actor: PersonActor };

const rightOf = ({ room, actor }: PreviewAccess) => ({
  actor,
  orgId: room.orgId,
  right: { action: "workroom.read", workroomId: room.id } as const,
});

/** Previews: servers in a room (`p-<key>-<port>.`) and the files of its workspace (`p-<key>.`). */
export class PreviewGateway {
  readonly #access: AccessCheck<PreviewAccess>;
  readonly #sockets = new Set<Duplex>();

  constructor(private readonly options: GatewayParts) {
    this.#access = new AccessCheck(options.ports, async (ctx, roomId) => ({
      actor: ctx.actor,
      room: await loadWorkroom(ctx, "workroom.read", roomId),
    }));
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    match: PreviewMatch,
  ): Promise<void> {
    const { settings } = this.options.ports;
    const path = request.url?.split("?", 1)[0];
    if (path === OPEN_PATH) return this.#open(request, response, match);
    requireNeighbourKeptOut(request.headers, request.method ?? "GET");
    const found = await this.#find(request, match);
    if (found === null) {
      sendPage(response, {
        status: 401,
        title: "Open this preview from your workroom",
        text: "This address shows a preview only in a browser that came from its workroom.",
        link: { href: settings.appUrl.origin, text: "Go to Workroom" },
        headers: this.#frameHeaders(),
      });
      return;
    }
    // A preview's answer may go on for hours: an event stream, a large file.
    this.options.watch.addResponse(response, rightOf(found));
    if (path === PAGE_SCRIPT_PATH) return sendPageScript(request, response, settings.appUrl.origin);
    if (match.port === null) return sendWorkspaceFile(request, response, this.options, found.room);
    if (found.room.state !== "active") return this.#sendAsleep(response);
    await proxyRequest(request, response, this.options, {
      roomId: found.room.id,
      port: match.port,
    });
  }

  async upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    match: PreviewMatch,
  ): Promise<void> {
    requirePreviewOrigin(request.headers, this.options.ports.settings.previewUrl);
    const found = await this.#find(request, match);
    if (found === null || match.port === null)
      throw new AppError("unauthenticated", "Open this preview from your workroom.");
    if (found.room.state !== "active") throw new AppError("unavailable", "The workroom is asleep.");
    const endWatch = this.options.watch.add({ ...rightOf(found), close: () => socket.destroy() });
    this.#sockets.add(socket);
    socket.once("close", () => {
      endWatch();
      this.#sockets.delete(socket);
    });
    const target = { roomId: found.room.id, port: match.port };
    await proxyUpgrade(request, socket, head, this.options, target);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #find(request: IncomingMessage, match: PreviewMatch): Promise<PreviewAccess | null> {
    const now = this.options.ports.now();
    const access = readAccess(request.headers.cookie, request.headers.host ?? "", now);
    if (access === null) return null;
    const found = await this.#access.find(access);
    return found?.room.previewKey === match.previewKey ? found : null;
  }

  #open(request: IncomingMessage, response: ServerResponse, match: PreviewMatch): Promise<void> {
    const { ports } = this.options;
    return openDoor(request, response, {
      ports,
      purpose: "preview",
      parent: ports.settings.previewUrl,
      objectOf: async (signedIn, ticketObjectId) => {
        const room = await findPreviewRoom(ports, match.previewKey);
        if (room === null || room.orgId !== signedIn.orgId) throw notFound("Preview");
        return room.id === ticketObjectId.split(":", 1)[0] ? room.id : null;
      },
    });
  }

  #sendAsleep(response: ServerResponse): void {
    sendPage(response, {
      status: 503,
      title: "The workroom is asleep",
      text: "Its servers have stopped. Wake the workroom, and this page opens by itself.",
      retrySeconds: 3,
      headers: this.#frameHeaders(),
    });
  }

  #frameHeaders(): Record<string, string> {
    const ancestor = this.options.ports.settings.appUrl.origin;
    return {
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors ${ancestor}`,
    };
  }
}
