import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { httpStatusByCode } from "@/lib/errors";
import { refuseUpgrade, sendPage, sendRedirect } from "./answers";
import { AppGateway } from "./apps/app-gateway";
import { checkHead } from "./check-head";
import { answerDashboard } from "./dashboard/dashboard-request";
import type { GatewayOptions, GatewayParts } from "./gateway-options";
import { sendHealth } from "./health";
import { matchHost } from "./match-host";
import { PreviewGateway } from "./preview/preview-gateway";
import { safeTarget } from "./safe-target";
import { sendFailure, toAppError } from "./send-failure";
import { SessionWatch } from "./sockets/session-watch";
import { socketDoors } from "./sockets/socket-doors";

/**
 * The one door of the product: sends each request to the dashboard, a preview or an App by its Host, and each upgrade
 * to the socket it is for. Next sees nothing but requests of the dashboard's origin.
 */
export class Gateway {
  readonly #watch: SessionWatch;
  readonly #doors: ReturnType<typeof socketDoors>;
  readonly #previews: PreviewGateway;
  readonly #apps: AppGateway;

  private readonly options: GatewayParts;

  constructor(options: GatewayOptions) {
    this.#watch = new SessionWatch(options.ports, options.log);
    this.options = { ...options, watch: this.#watch };
    this.#doors = socketDoors(this.options);
    this.#previews = new PreviewGateway(this.options);
    this.#apps = new AppGateway(options);
  }

  attach(server: Server): void {
    server.on("request", (request, response) => void this.#answer(request, response));
    server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  close(): void {
    this.#doors.close();
    this.#previews.close();
    this.#watch.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      checkHead(request);
      await this.#route(request, response);
    } catch (error) {
      sendFailure(request, response, error, this.options.log);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { ports, version } = this.options;
    const { settings } = ports;
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (request.url === "/api/health" && isRead) return sendHealth(response, ports, version);
    const match = matchHost(request.headers.host ?? "", settings);
    if (match.kind === "dashboard") return answerDashboard(request, response, this.options);
    if (match.kind === "preview") return this.#previews.answer(request, response, match);
    if (match.kind === "app") return this.#apps.answer(request, response, match.slug);
    if (match.kind === "loopback" && isRead)
      return sendRedirect(response, `${settings.appUrl.origin}${safeTarget(request.url ?? "/")}`);
    sendPage(response, {
      status: 421,
      title: "This address is not served here",
      text: `Workroom is at ${settings.appUrl.origin}.`,
      headers: request.complete ? {} : { connection: "close" },
    });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      checkHead(request);
      const match = matchHost(request.headers.host ?? "", this.options.ports.settings);
      if (match.kind === "preview") await this.#previews.upgrade(request, socket, head, match);
      else if (match.kind !== "dashboard") refuseUpgrade(socket, 421, "No socket here.\n");
      else if (request.url?.startsWith("/ws/")) this.#doors.open(request, socket, head);
      else if (this.options.isDevelopment) this.options.next.onUpgrade(request, socket, head);
      else refuseUpgrade(socket, 404, "There is no such socket.\n");
    } catch (error) {
      const failure = toAppError(error, this.options.log);
      refuseUpgrade(socket, httpStatusByCode[failure.code], `${failure.message}\n`);
    }
  }
}
