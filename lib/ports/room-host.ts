import type { Duplex, Readable } from "node:stream";
import type { HostEvent, HostInput, HostMethod, HostResult } from "@/lib/protocol/host";

type CallOptions = { timeoutMs?: number; signal?: AbortSignal };

/** The privileged host process as the control plane sees it. Errors are AppErrors; `unavailable` when it is down. */
export interface RoomHost {
  call<M extends HostMethod>(
    method: M,
    input: HostInput<M>,
    options?: CallOptions,
  ): Promise<HostResult<M>>;
  /** A byte stream to the engine's control socket, or to a port on the room's loopback. */
  connect(roomId: string, target: "engine" | number, options?: CallOptions): Promise<Duplex>;
  readFile(
    roomId: string,
    path: string,
    options?: CallOptions & { offset?: number; length?: number },
  ): Promise<{ body: Readable; size: number; etag: string }>;
  /**
   * Streams a file in; `size` is its length in bytes when known. Nothing is left behind when the stream breaks. Only the
   * door `upload` (which is meant without one) writes below `input/`.
   */
  writeFile(
    roomId: string,
    path: string,
    body: Readable,
    options?: CallOptions & {
      size?: number;
      overwrite?: boolean;
      door?: "upload" | "write";
      /** The etag that is there; another one is `conflict` (ESTALE). */
      ifMatch?: string;
    },
  ): Promise<{ path: string; size: number }>;
  events(signal: AbortSignal): AsyncIterable<HostEvent>;
}
