import { createServer, type Server } from "node:http";
import { closeSync, fstatSync, lchownSync, lstatSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "@/lib/log";
import type { HostEvent, HostInput } from "@/lib/protocol/host";
import { at, errnoOf, openRoot } from "@/lib/workspace/dir-fd";
import { answerCall } from "./answer-call";
import { createGrants } from "./grants";
import { tokenOf } from "./provider-headers";
import { Refusal, sendRefusal } from "./refusal";

const SOCKET_NAME = "model.sock";

type Parts = {
  dataDir: string;
  allowedEndpoints: readonly string[];
  report: (event: HostEvent["event"]) => void;
  log: Log;
};

/**
 * The model gateway: one socket in each running room's `run` folder. Keys stay in this process; a room has a token that
 * works for its running turn, its model and its budget.
 */
export function createModelGateway({ dataDir, allowedEndpoints, report, log }: Parts) {
  const grants = createGrants();
  const sockets = new Map<string, Server>();

  function createRoomServer(roomId: string): Server {
    const server = createServer((req, res) => {
      const run = async () => {
        const grant = grants.find(roomId, tokenOf(req.headers));
        await answerCall(req, res, grant, { allowedEndpoints, report });
      };
      run().catch((error: unknown) => {
        if (!(error instanceof Refusal)) log.error({ err: error, roomId }, "model call failed");
        const refusal =
          error instanceof Refusal
            ? error
            : new Refusal(502, "api_error", "The call to the model failed on this host.");
        sendRefusal(res, refusal);
        req.resume();
      });
    });
    server.requestTimeout = 0;
    server.headersTimeout = 10_000;
    server.maxConnections = 64;
    server.on("error", (error) => log.error({ err: error, roomId }, "model socket failed"));
    return server;
  }

  return {
    grant: (input: HostInput<"grantModel">) => grants.grant(input),
    revoke: (roomId: string, turnId: string) => grants.revoke(roomId, turnId),

    /** Makes the room's socket; its folder must exist. Safe to repeat: a socket that was taken away is made again. */
    openRoom(roomId: string): void {
      const dirFd = openRoot(join(dataDir, "rooms", roomId, "run"));
      try {
        if (sockets.get(roomId)?.listening && isSocket(dirFd)) return closeSync(dirFd);
        sockets.get(roomId)?.close();
        unlinkIfThere(dirFd);
        const server = createRoomServer(roomId);
        sockets.set(roomId, server);
        listenIn(dirFd, server);
      } catch (error) {
        closeSync(dirFd);
        throw error;
      }
    },

    /** Ends the room's grants, calls and socket. */
    closeRoom(roomId: string): void {
      grants.revokeRoom(roomId);
      const server = sockets.get(roomId);
      sockets.delete(roomId);
      server?.close();
      server?.closeAllConnections();
    },
  };
}
export type ModelGateway = ReturnType<typeof createModelGateway>;

/** Listens in an open folder. The socket is the host's; the folder's group (the room's engine) may connect. */
function listenIn(dirFd: number, server: Server): void {
  const path = at(dirFd, SOCKET_NAME);
  // The name is only valid while the folder is open, and closing a server unlinks its name.
  server.once("close", () => closeSync(dirFd));
  // Node binds within this very call, so the mask can't touch another file.
  const mask = process.umask(0o117);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  lchownSync(path, process.getuid?.() ?? 0, fstatSync(dirFd).gid);
}

const isSocket = (dirFd: number) => {
  try {
    return lstatSync(at(dirFd, SOCKET_NAME)).isSocket();
  } catch {
    return false;
  }
};

function unlinkIfThere(dirFd: number): void {
  try {
    unlinkSync(at(dirFd, SOCKET_NAME));
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
