import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "@/lib/errors";
import { resolveAllowed } from "./pinned-fetch";

type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * Agents whose every connection resolves the name, judges each address and connects to the one that was judged: a name
 * that answers differently a moment later, or a redirect, leads nowhere else. Refuses what `pinnedFetch` refuses.
 *
 * @param allowed as for `pinnedFetch`
 */
export function pinnedAgents(
  allowed: readonly string[],
  options: AgentOptions,
): { http: HttpAgent; https: HttpsAgent } {
  class PinnedHttpAgent extends HttpAgent {
    override createConnection(args: ClientRequestArgs, done: Connected) {
      return connectPinned(args, allowed, done, (pinned) => super.createConnection(pinned, done));
    }
  }
  class PinnedHttpsAgent extends HttpsAgent {
    override createConnection(args: ClientRequestArgs, done: Connected) {
      return connectPinned(args, allowed, done, (pinned) => super.createConnection(pinned, done));
    }
  }
  return { http: new PinnedHttpAgent(options), https: new PinnedHttpsAgent(options) };
}

/** Judged before the connection is begun: `lookup` alone would not be asked about an address that is written out. */
function connectPinned(
  args: ClientRequestArgs,
  allowed: readonly string[],
  done: Connected,
  connect: (pinned: ClientRequestArgs) => Duplex | null | undefined,
): undefined {
  const begin = async () => {
    try {
      const { address, family } = await resolve(args, allowed);
      const lookup: LookupFunction = (_host, asked, answer) =>
        asked.all ? answer(null, [{ address, family }]) : answer(null, address, family);
      const stream = connect({ ...args, lookup });
      if (stream) done(null, stream);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined as never);
    }
  };
  void begin();
}

async function resolve({ host, port, protocol }: ClientRequestArgs, allowed: readonly string[]) {
  const name = host ?? "";
  const url = new URL(`${protocol ?? "http:"}//${isIPv6(name) ? `[${name}]` : name}:${port ?? 80}`);
  try {
    return await resolveAllowed(url, allowed);
  } catch (error) {
    // A name that can't be resolved now may be resolved later; a private address stays refused.
    if (error instanceof AppError && error.cause !== undefined)
      throw new AppError("unavailable", error.message, { cause: error.cause });
    throw error;
  }
}
