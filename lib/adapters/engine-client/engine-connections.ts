import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { RoomHost } from "@/lib/ports/room-host";

const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than the engine's own limit, so that it never closes a connection on which a call is on its way. */
const IDLE_MS = 20_000;
const MAX_IDLE_A_ROOM = 2;

/**
 * Connections to the engines, kept for the next call of the same room: opening one takes a call of the host and two
 * sockets. A call goes out on one connection once; should it break, nobody sends the call again by himself.
 */
export class EngineConnections extends Agent {
  constructor(private readonly host: Pick<RoomHost, "connect">) {
    super({
      keepAlive: true,
      maxFreeSockets: MAX_IDLE_A_ROOM,
      scheduling: "lifo",
      timeout: IDLE_MS,
    });
    // Half-open as all streams of the host are: the engine's end alone would leave it here as if it could be used.
    this.on("free", (socket: Duplex) => socket.once("end", () => socket.destroy()));
  }

  /** The room is the only name a connection goes by. */
  override getName({ host }: { host?: string | null | undefined } = {}): string {
    return host ?? "";
  }

  override createConnection(
    { host: roomId }: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    void this.#connect(roomId ?? "", done);
  }

  async #connect(
    roomId: string,
    done?: (error: Error | null, stream: Duplex) => void,
  ): Promise<void> {
    let stream: Duplex;
    try {
      stream = await this.host.connect(roomId, "engine", { timeoutMs: CONNECT_TIMEOUT_MS });
    } catch (error) {
      // Node's own types ask for a stream beside the error.
      done?.(error as Error, undefined as unknown as Duplex);
      return;
    }
    done?.(null, stream);
  }
}
