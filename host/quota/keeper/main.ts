import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type KeeperCall, keeperCalls, type OutputMount } from "../messages";
import { ServerGroup } from "./server-group";
import { unmountView } from "./view-mounts";

const MAX_BODY_BYTES = 1_048_576;

type Options = {
  socketPath: string;
  /** The program of a quota server. */
  command: readonly [string, ...string[]];
};

/**
 * Holds the FUSE devices of all rooms of this host, apart from the host process and from the servers: it does so little
 * that it has no reason to die. It ends by itself once there are no mounts and no host.
 */
export function runKeeper({ socketPath, command }: Options): void {
  const groups = new Map<string, ServerGroup>();
  const watchers = new Set<ServerResponse>();

  const groupOf = (roomId: string) => [...groups].find(([, group]) => group.has(roomId));
  const open = async (mount: OutputMount) => {
    const known = groupOf(mount.roomId)?.[1];
    if (known) return known.setLimits(mount.roomId, mount.limits);
    let group = groups.get(mount.group);
    if (!group) groups.set(mount.group, (group = new ServerGroup(command)));
    await group.open(mount);
  };
  const close = async (roomId: string, viewPath: string) => {
    const [name, group] = groupOf(roomId) ?? [];
    if (!group || name === undefined) return unmountView(viewPath);
    await group.close(roomId);
    if (group.isEmpty) groups.delete(name);
  };
  const endIfIdle = () => {
    if (watchers.size > 0 || groups.size > 0) return;
    rmSync(socketPath, { force: true });
    process.exit(0);
  };

  async function call(name: string, body: unknown): Promise<unknown> {
    if (!isCall(name)) throw new Error(`No such call: ${name}`);
    if (name === "open") await open(keeperCalls.open.input.parse(body));
    else if (name === "close") {
      const { roomId, viewPath } = keeperCalls.close.input.parse(body);
      await close(roomId, viewPath);
    } else if (name === "limits") {
      const { roomId, limits } = keeperCalls.limits.input.parse(body);
      groupOf(roomId)?.[1].setLimits(roomId, limits);
    } else {
      const { roomId, ask } = keeperCalls.ask.input.parse(body);
      return groupOf(roomId)?.[1].ask(roomId, ask) ?? { usage: null, fault: null };
    }
    return {};
  }

  const server = createServer((request, response) => {
    if (request.method === "GET") return watch(response);
    readBody(request)
      .then((body) => call(request.url?.slice(1) ?? "", body))
      .then(
        (result) => send(response, 200, result),
        (error: unknown) => send(response, 500, { message: String(error) }),
      );
  });
  function watch(response: ServerResponse): void {
    watchers.add(response);
    response.writeHead(200).flushHeaders();
    response.once("close", () => {
      watchers.delete(response);
      endIfIdle();
    });
  }
  rmSync(socketPath, { force: true });
  server.listen(socketPath, () => chmodSync(socketPath, 0o600));
}

const isCall = (name: string): name is KeeperCall => Object.hasOwn(keeperCalls, name);

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) throw new Error("Too long");
  }
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
