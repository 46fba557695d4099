import { type Ask, type Answer, ToServer, type ToKeeper } from "../messages";
import type { OutputAccount } from "../output-account";
import { BUFFER_BYTES, REPLY_HEADER_BYTES } from "./fuse-wire";
import { ServedMount } from "./serve-mount";

/** First of the FUSE devices that the keeper has opened; they follow the channel to it. */
export const FIRST_DEVICE_FD = 4;

/** Serves the mounts of one organisation. Everything it holds can be built again: it may be killed at any moment. */
export function runServer(): void {
  process.umask(0);
  Error.stackTraceLimit = 0; // a name that is not there is no mistake; most requests that fail do so by design
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const out = Buffer.allocUnsafeSlow(BUFFER_BYTES + REPLY_HEADER_BYTES);
  const mounts = new Map<string, ServedMount>();
  const tell = (message: ToKeeper) => process.send?.(message);

  process.on("message", (message) => {
    const order = ToServer.parse(message);
    switch (order.type) {
      case "serve": {
        const { roomId, slot } = order;
        const mount = new ServedMount({
          ...order,
          fd: FIRST_DEVICE_FD + slot,
          buffer,
          out,
          onEnd() {
            if (mounts.get(roomId) === mount) mounts.delete(roomId);
          },
        });
        mounts.get(roomId)?.end();
        mounts.set(roomId, mount);
        return tell({ type: "serving", roomId, slot });
      }
      case "drop":
        return mounts.get(order.roomId)?.end();
      case "limits": {
        const mount = mounts.get(order.roomId);
        if (mount) mount.account.book.limits = order.limits;
        return undefined;
      }
      case "ask": {
        const mount = mounts.get(order.roomId);
        const answer = mount ? answerAsk(mount, order.ask) : { usage: null, fault: null };
        return tell({ type: "answer", id: order.id, answer });
      }
    }
  });
  // Without its keeper nobody would hold the mounts if this process died too: it ends, and all is mounted anew.
  process.once("disconnect", () => process.exit(0));
  tell({ type: "ready" });
}

function answerAsk(mount: ServedMount, ask: Ask): Answer {
  const { account } = mount;
  const fault = applyAsk(mount, account, ask);
  return { usage: ask.kind === "usage" ? account.usage() : null, fault };
}

function applyAsk(mount: ServedMount, account: OutputAccount, ask: Ask): Answer["fault"] {
  switch (ask.kind) {
    case "usage":
      return null;
    case "reserve":
      return account.reserve(ask.claim);
    case "extend":
      return account.extend(ask.id, ask.moreBytes, ask.largestBytes);
    case "settle":
      account.settle(ask.id);
      mount.forgetPath(ask.names);
      return null;
    case "changed":
      account.touch();
      for (const names of ask.paths) mount.forgetPath(names);
      return null;
  }
}
